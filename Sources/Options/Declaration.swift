/// What a program or a command takes, declared once: parsing, help, manual page and reference all read it.
public struct Declaration: Sendable {
    /// How it is called: `aniwho characters list`.
    public let name: String
    /// One line, a phrase that starts with a verb.
    public let summary: String
    /// Further paragraphs for the help. Lines of one paragraph are joined; a line that begins with a space stays as it is.
    public let discussion: String
    public let operands: [Operand]
    public let options: [Option]
    /// Options that many commands share. The help lists them after the command's own.
    public private(set) var common: [Option] = []
    /// Options of an earlier version, by name, with the form that replaces each.
    public private(set) var replaced: [String: String] = [:]

    public init(
        name: String, summary: String, discussion: String = "", operands: [Operand] = [], options: [Option] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.operands = operands
        self.options = options
    }

    /// The words after the program's name that call it.
    public var words: [String] { name.split(separator: " ").dropFirst().map(String.init) }

    /// The same with options that many commands share, and with options of an earlier version that are refused with advice.
    public func with(common: [Option], replaced: [String: String] = [:]) -> Declaration {
        var declaration = self
        declaration.common = common
        declaration.replaced = replaced
        return declaration
    }

    /// Its own options, the shared ones, and `--help`.
    public var allOptions: [Option] { options + common + [.help] }
}

/// An argument recognized by its position.
public struct Operand: Sendable {
    public enum Count: Sendable {
        case one
        case optional
        /// One or more. One operand at most is `many` or `any`.
        case many
        /// None or more.
        case any
        /// Everything after `--`, which belongs to another command.
        case afterDashes
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

    public var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .many: "\(name)…"
        case .any: "[\(name)…]"
        case .afterDashes: "[-- \(name)…]"
        }
    }
}

/// An argument recognized by its name: `--top K`, or a flag such as `--json`.
public struct Option: Sendable {
    /// Without the dashes.
    public let name: String
    /// What the value stands for, in capitals; nil for a flag.
    public let value: String?
    public let help: String

    public init(_ name: String, _ value: String? = nil, help: String) {
        self.name = name
        self.value = value
        self.help = help
    }

    public var usage: String { "--\(name)" + (value.map { " \($0)" } ?? "") }

    /// Every command has it.
    public static let help = Option("help", help: "print this help")
}
