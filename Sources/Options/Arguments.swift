import Synchronization

/// Arguments read by a declaration.
public struct Arguments: Sendable {
    private let declaration: Declaration
    private var values: [String: String] = [:]
    /// The words of each of the declaration's operands, in its order.
    private var operands: [[String]]
    private let reads = Reads()

    /// Reads arguments: options in any place, `--name value` or `--name=value`; after `--` everything is an operand.
    /// - Throws: ``UsageError``.
    public init(_ arguments: some Sequence<String>, by declaration: Declaration) throws(UsageError) {
        self.declaration = declaration
        operands = declaration.operands.map { _ in [] }
        var words: [String] = []
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                if let index = declaration.operands.firstIndex(where: { $0.count == .afterDashes }) {
                    operands[index] = Array(rest)
                } else {
                    words += rest
                }
                break
            }
            if argument == "-h" {
                values[Option.help.name] = ""
            } else if argument.hasPrefix("-") && argument.count > 1 {
                try readOption(argument, &rest)
            } else {
                words.append(argument)
            }
        }
        if !wantsHelp { try assign(words) }
    }

    public var wantsHelp: Bool { values[Option.help.name] != nil }

    private mutating func readOption(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let sides = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = sides.first.map(String.init) ?? ""
        let known = declaration.allOptions
        guard argument.hasPrefix("--"), let option = known.first(where: { $0.name == name }) else {
            if let form = declaration.replaced[name] {
                throw UsageError("there is no option --\(name); since \(form)", declaration)
            }
            let near = Spelling.nearest(to: name, among: known.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
            throw UsageError("unknown option \(argument)\(near)", declaration)
        }
        guard values[name] == nil else { throw UsageError("--\(name) is given twice", declaration) }
        guard let placeholder = option.value else {
            guard sides.count == 1 else { throw UsageError("--\(name) takes no value", declaration) }
            values[name] = ""
            return
        }
        guard let value = sides.count == 2 ? String(sides[1]) : rest.popFirst() else {
            throw UsageError("--\(name) needs a value: --\(name) \(placeholder)", declaration)
        }
        values[name] = value
    }

    /// Gives each operand its words: what each needs first, then what is left to those that may have more, from the left.
    private mutating func assign(_ words: [String]) throws(UsageError) {
        let required = declaration.operands.filter { $0.count == .one || $0.count == .many }
        guard words.count >= required.count else {
            throw UsageError("\(required[words.count].name) is missing", declaration)
        }
        var left = words.count - required.count
        var rest = words[...]
        for (index, operand) in declaration.operands.enumerated() where operand.count != .afterDashes {
            let taken =
                switch operand.count {
                case .one: 1
                case .optional: min(1, left)
                case .many: 1 + left
                case .any, .afterDashes: left
                }
            left -= operand.count == .one ? 0 : operand.count == .many ? taken - 1 : taken
            operands[index] = Array(rest.prefix(taken))
            rest = rest.dropFirst(taken)
        }
        if let word = rest.first { throw UsageError("unexpected argument “\(word)”", declaration) }
    }

    /// Whether a flag is given.
    public func flag(_ name: String) -> Bool { self[name] != nil }

    /// The value of an option, or nil when it is not given.
    /// - Precondition: the declaration has that option.
    public subscript(name: String) -> String? {
        precondition(declaration.allOptions.contains { $0.name == name }, "\(declaration.name) declares no --\(name)")
        reads.add(name)
        return values[name]
    }

    /// Options that were given, are the command's own, and that it has not read yet: their values had no effect.
    public var unread: [String] {
        declaration.options.map(\.name).filter { values[$0] != nil && !reads.contains($0) }
    }

    /// The value of an option that must be given.
    public func required(_ name: String) throws(UsageError) -> String {
        guard let value = self[name] else { throw UsageError("--\(name) is missing", declaration) }
        return value
    }

    /// A whole number, or nil when it is not given.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let upper =
                range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
            throw UsageError("--\(name) takes a whole number, \(upper), not “\(text)”", declaration)
        }
        return value
    }

    /// A number, or nil when it is not given.
    public func number(_ name: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
        guard let text = self[name] else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError(
                "--\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”", declaration)
        }
        return value
    }

    /// One of several words, or nil when the option is not given.
    public func choice(_ name: String, of choices: [String]) throws(UsageError) -> String? {
        guard let text = self[name] else { return nil }
        guard choices.contains(text) else {
            throw UsageError("--\(name) is one of \(choices.joined(separator: ", ")), not “\(text)”", declaration)
        }
        return text
    }

    /// The operand of this name, which must be given.
    public func word(_ name: String) -> String { list(name).first ?? "" }

    /// The operand of this name, or nil when it is optional and absent.
    public func operand(_ name: String) -> String? { list(name).first }

    /// All words of the operand of this name.
    /// - Precondition: the declaration has that operand.
    public func list(_ name: String) -> [String] {
        guard let index = declaration.operands.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("\(declaration.name) declares no operand \(name)")
        }
        return operands[index]
    }

    /// An error of usage that only the command can see.
    public func misuse(_ message: String) -> UsageError { UsageError(message, declaration) }
}

/// Which options a command has asked for; copies of the arguments share it.
private final class Reads: Sendable {
    private let names = Mutex<Set<String>>([])

    func add(_ name: String) { names.withLock { _ = $0.insert(name) } }
    func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}

/// Arguments that do not fit the declaration.
public struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// How the command is called, and where its help is.
    public let advice: String

    public init(_ message: String, _ declaration: Declaration) {
        self.message = message
        advice = "usage: \(declaration.usageLine)\nsee \(declaration.name) --help"
    }

    public var description: String { "\(message)\n\(advice)" }
}
