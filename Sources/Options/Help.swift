/// The help, from the declaration that parses.
extension Declaration {
    /// Columns that the help fills at most.
    static let width = 100
    /// More options than these are not listed in the usage line.
    private static let listedOptions = 8

    /// `aniwho classify IMAGE… [--top K]`. Options that many commands share are left out.
    public var usageLine: String {
        let options = options.count > Self.listedOptions ? ["[OPTION…]"] : options.map { "[\($0.usage)]" }
        let last = operands.filter { $0.count == .afterDashes }.map(\.usage)
        let others = operands.filter { $0.count != .afterDashes }.map(\.usage)
        return ([name] + others + options + last).joined(separator: " ")
    }

    /// The whole help text.
    public var help: String {
        var parts = ["\(summary)\n", "Usage: \(usageLine)\n"]
        if !discussion.isEmpty {
            parts.append(paragraphs.map { Paragraph.wrapped($0, width: Self.width) }.joined(separator: "\n") + "\n")
        }
        if !operands.isEmpty { parts.append(Self.table("Arguments", operands.map { ($0.name, $0.help) })) }
        if !options.isEmpty { parts.append(Self.table("Options", options.map { ($0.usage, $0.help) })) }
        let title = options.isEmpty ? "Options" : "Common options"
        if common.isEmpty, !options.isEmpty {
            parts[parts.count - 1] = Self.table("Options", (options + [.help]).map { ($0.usage, $0.help) })
        } else {
            parts.append(Self.table(title, (common + [.help]).map { ($0.usage, $0.help) }))
        }
        return parts.joined(separator: "\n")
    }

    /// The discussion's paragraphs, each in one line; a line that begins with a space is one by itself.
    public var paragraphs: [String] {
        var paragraphs: [String] = []
        var isOpen = false
        for line in discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let joins = isOpen && !line.isEmpty && !line.hasPrefix(" ")
            if joins { paragraphs[paragraphs.count - 1] += " " + line } else { paragraphs.append(line) }
            isOpen = !line.isEmpty && !line.hasPrefix(" ")
        }
        return paragraphs
    }

    /// A heading over two columns.
    public static func table(_ title: String, _ rows: [(term: String, text: String)]) -> String {
        let column = (rows.map(\.term.count).max() ?? 0) + 4
        let lines = rows.map { row in
            let term = "  " + row.term + String(repeating: " ", count: column - row.term.count - 2)
            return term + Paragraph.wrapped(row.text, width: max(width - column, 40), indent: column)
        }
        return ([title + ":"] + lines).joined(separator: "\n") + "\n"
    }
}

/// Text broken into lines between words.
enum Paragraph {
    /// - Parameters:
    ///   - width: columns of a line, unless one word needs more.
    ///   - indent: spaces before each line but the first.
    static func wrapped(_ text: String, width: Int, indent: Int = 0) -> String {
        guard text.count > width, !text.hasPrefix(" ") else { return text }
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
