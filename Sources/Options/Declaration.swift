/// What a program or a command takes, declared once: parsing and help both read it.
public struct Declaration: Sendable {
    /// How it is called: `aniwho characters list`.
    public let name: String
    /// One line, a phrase that starts with a verb.
    public let summary: String
    /// Further paragraphs for the help.
    public let discussion: String
    public let operands: [Operand]
    public let options: [Option]

    public init(
        name: String, summary: String, discussion: String = "", operands: [Operand] = [], options: [Option] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.operands = operands
        self.options = options.flatMap { [$0] + $0.alternatives }
    }
}

/// An argument told by its position.
public struct Operand: Sendable {
    public enum Count: Sendable {
        case one
        case optional
        /// One or more; only the last operand may be so.
        case many
        /// None or more; only the last operand may be so.
        case any
    }

    /// In capitals: `IMAGE`.
    public let name: String
    public let count: Count
    public let help: String

    public init(_ name: String, _ count: Count = .one, help: String) {
        self.name = name
        self.count = count
        self.help = help
    }

    var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .many: "\(name)…"
        case .any: "[\(name)…]"
        }
    }
}

/// An argument told by its name: `--top K`, or a flag such as `--json`.
public struct Option: Sendable {
    /// Without the dashes.
    public let name: String
    /// What the value stands for, in capitals; nil for a flag.
    public let value: String?
    public let help: String
    /// Options that may be given in place of this one, wherever it may: a declaration takes them too.
    public let alternatives: [Option]

    public init(_ name: String, _ value: String? = nil, help: String, alternatives: [Option] = []) {
        self.name = name
        self.value = value
        self.help = help
        self.alternatives = alternatives
    }

    var usage: String { "--\(name)" + (value.map { " \($0)" } ?? "") }

    /// Every command has it.
    public static let help = Option("help", help: "print this help")
}
