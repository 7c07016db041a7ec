/// The manual page, from the declaration that parses: roff with the `man` macros.
extension Declaration {
    /// A further section of a manual page.
    public struct Section: Sendable {
        public let title: String
        public let rows: [(term: String, text: String)]

        public init(_ title: String, _ rows: [(term: String, text: String)]) {
            self.title = title
            self.rows = rows
        }
    }

    /// The page.
    /// - Parameters:
    ///   - section: of the manual: 1 for a command, 8 for a daemon.
    ///   - more: further sections, before “See also”.
    ///   - others: the pages to see: `aniwho(1)`.
    public func manual(section: Int, version: String, more: [Section] = [], others: [String] = []) -> String {
        let title = Self.pageName(name)
        var lines = [
            ".TH \(Self.word(title.uppercased())) \(section) \"\" \"AniWho \(Self.roff(version))\" \"AniWho\"",
            ".SH NAME", "\(Self.roff(title)) \\- \(Self.roff(summary))", ".SH SYNOPSIS", Self.inBold(name),
        ]
        lines += operands.map { Self.roff($0.usage) } + allOptions.map { "[\(Self.synopsis($0))]" }
        if !discussion.isEmpty {
            lines.append(".SH DESCRIPTION")
            lines += discussion.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.isEmpty ? ".PP" : Self.roff(String($0))
            }
        }
        if !operands.isEmpty {
            lines.append(".SH ARGUMENTS")
            for operand in operands { lines += [".TP", Self.italic(operand.name), Self.roff(operand.help)] }
        }
        lines.append(".SH OPTIONS")
        for option in allOptions { lines += [".TP", Self.synopsis(option), Self.roff(option.help)] }
        for part in more {
            lines.append(".SH \(Self.roff(part.title.uppercased()))")
            for row in part.rows { lines += [".TP", Self.inBold(row.term), Self.roff(row.text)] }
        }
        if !others.isEmpty { lines += [".SH SEE ALSO", others.map(Self.roff).joined(separator: ", ")] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The page's name, and its file's without the section: `aniwho-characters-list`.
    public static func pageName(_ name: String) -> String { name.split(separator: " ").joined(separator: "-") }

    private static func synopsis(_ option: Option) -> String {
        inBold("--\(option.name)") + (option.value.map { " \\fI\(escaped($0))\\fR" } ?? "")
    }

    private static func inBold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
    private static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// A macro's argument.
    private static func word(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// A line of text, which must not be taken for a request.
    private static func roff(_ text: String) -> String {
        let text = escaped(text)
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    /// A backslash begins an escape, and a bare minus is set as a hyphen, which cannot be copied into a shell.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            default: String(character)
            }
        }.joined()
    }
}
