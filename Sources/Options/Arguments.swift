/// Arguments read by a declaration.
public struct Arguments: Sendable {
    private let declaration: Declaration
    private var values: [String: String] = [:]
    private var operands: [String] = []

    /// Reads arguments: options in any place, `--name value` or `--name=value`; after `--` everything is an operand.
    /// - Throws: ``UsageError``.
    public init(_ arguments: some Sequence<String>, by declaration: Declaration) throws(UsageError) {
        self.declaration = declaration
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            if argument == "-h" {
                values[Option.help.name] = ""
            } else if argument.hasPrefix("-") && argument.count > 1 {
                try readOption(argument, &rest)
            } else {
                operands.append(argument)
            }
        }
        if !wantsHelp { try checkOperands() }
    }

    public var wantsHelp: Bool { values[Option.help.name] != nil }

    private mutating func readOption(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let sides = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = sides.first.map(String.init) ?? ""
        let known = declaration.options + [.help]
        guard argument.hasPrefix("--"), let option = known.first(where: { $0.name == name }) else {
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

    private func checkOperands() throws(UsageError) {
        let required = declaration.operands.filter { $0.count == .one || $0.count == .many }
        if operands.count < required.count {
            throw UsageError("\(required[operands.count].name) is missing", declaration)
        }
        let open = declaration.operands.last.map { $0.count == .many || $0.count == .any } ?? false
        if !open, operands.count > declaration.operands.count {
            throw UsageError("unexpected argument “\(operands[declaration.operands.count])”", declaration)
        }
    }

    /// What is given for an option; an empty string for a flag.
    /// - Precondition: the command declares the option. Nobody could give one that it reads without declaring it.
    private func value(of name: String) -> String? {
        let isDeclared = name == Option.help.name || declaration.options.contains { $0.name == name }
        precondition(isDeclared, "\(declaration.name) does not declare --\(name)")
        return values[name]
    }

    /// Whether a flag is given.
    public func flag(_ name: String) -> Bool { value(of: name) != nil }

    /// The value of an option, or nil when it is not given.
    public subscript(name: String) -> String? { value(of: name) }

    /// The value of an option that must be given.
    public func required(_ name: String) throws(UsageError) -> String {
        guard let value = value(of: name) else { throw UsageError("--\(name) is missing", declaration) }
        return value
    }

    /// A whole number, or nil when it is not given.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(of: name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let upper =
                range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
            throw UsageError("--\(name) takes a whole number, \(upper), not “\(text)”", declaration)
        }
        return value
    }

    /// A number, or nil when it is not given.
    public func number(_ name: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
        guard let text = value(of: name) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError(
                "--\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”", declaration)
        }
        return value
    }

    /// One of several words, or nil when the option is not given.
    public func choice(_ name: String, of choices: [String]) throws(UsageError) -> String? {
        guard let text = value(of: name) else { return nil }
        guard choices.contains(text) else {
            throw UsageError("--\(name) is one of \(choices.joined(separator: ", ")), not “\(text)”", declaration)
        }
        return text
    }

    /// The operand of this name, or nil when it is optional and absent.
    public func operand(_ name: String) -> String? {
        guard let index = declaration.operands.firstIndex(where: { $0.name == name }), index < operands.count else {
            return nil
        }
        return operands[index]
    }

    /// All values of the operand of this name.
    public func list(_ name: String) -> [String] {
        guard let index = declaration.operands.firstIndex(where: { $0.name == name }) else { return [] }
        return Array(operands.dropFirst(index))
    }

    /// An error of usage that only the command can see.
    public func misuse(_ message: String) -> UsageError { UsageError(message, declaration) }
}

/// Arguments that do not fit the declaration.
public struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and how the command is called.
    public let description: String

    public init(_ message: String, _ declaration: Declaration) {
        description = "\(message)\nusage: \(declaration.usageLine)\nsee \(declaration.name) --help"
    }
}
