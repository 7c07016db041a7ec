/// The reference in Markdown, from the declaration that parses.
extension Declaration {
    /// A section of a page: what it does, how it is called, and its arguments and options. Shared options are left out.
    /// - Parameter level: of its heading: 3 for `###`.
    public func markdown(level: Int) -> String {
        var parts = [
            "\(String(repeating: "#", count: level)) \(name)",
            summary.prefix(1).uppercased() + summary.dropFirst() + ".",
            "    \(usageLine)",
        ]
        if !discussion.isEmpty {
            parts += Self.blocks(paragraphs)
        }
        let rows = operands.map { ($0.name, $0.help) } + options.map { ($0.usage, $0.help) }
        if !rows.isEmpty { parts.append(Self.markdownTable(rows)) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// Two columns, the first in code.
    public static func markdownTable(_ rows: [(term: String, text: String)]) -> String {
        (["| | |", "|---|---|"] + rows.map { "| `\($0.term)` | \($0.text.replacingBars) |" }).joined(separator: "\n")
    }

    /// Lines that begin with a space are code, and stay together.
    private static func blocks(_ paragraphs: [String]) -> [String] {
        var blocks: [String] = []
        var isCode = false
        for paragraph in paragraphs where !paragraph.isEmpty {
            if paragraph.hasPrefix(" ") {
                let line = "    " + paragraph.drop { $0 == " " }
                if isCode { blocks[blocks.count - 1] += "\n" + line } else { blocks.append(line) }
            } else {
                blocks.append(paragraph)
            }
            isCode = paragraph.hasPrefix(" ")
        }
        return blocks
    }
}

extension String {
    /// A bar ends a table's cell.
    fileprivate var replacingBars: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
