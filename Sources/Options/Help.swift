/// The help, from the declaration that parses.
extension Declaration {
    /// `aniwho classify IMAGE… [--top K] [--json]`
    public var usageLine: String {
        ([name] + operands.map(\.usage) + options.map { "[\($0.usage)]" }).joined(separator: " ")
    }

    /// The whole help text.
    public var help: String {
        var parts = ["\(summary)\n", "Usage: \(usageLine)\n"]
        if !discussion.isEmpty { parts.append(discussion + "\n") }
        if !operands.isEmpty { parts.append(Self.table("Arguments", operands.map { ($0.name, $0.help) })) }
        parts.append(Self.table("Options", (options + [.help]).map { ($0.usage, $0.help) }))
        return parts.joined(separator: "\n")
    }

    /// A heading over two columns.
    public static func table(_ title: String, _ rows: [(term: String, text: String)]) -> String {
        let width = rows.map(\.term.count).max() ?? 0
        let lines = rows.map { row in
            "  " + row.term + String(repeating: " ", count: width - row.term.count + 2) + row.text
        }
        return ([title + ":"] + lines).joined(separator: "\n") + "\n"
    }
}
