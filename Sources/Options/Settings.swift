/// Settings from several places: an option of the command line before a variable of the environment, that before a line of the
/// file, that before the default.
public struct Settings: Sendable {
    /// Where a value comes from.
    public enum Origin: Sendable, Equatable, CustomStringConvertible {
        case option(String)
        case variable(String)
        case file(path: String, line: Int)
        case standard

        public var description: String {
            switch self {
            case .option(let name): "--\(name)"
            case .variable(let name): "$\(name)"
            case .file(let path, let line): "\(path):\(line)"
            case .standard: "default"
            }
        }
    }

    private let arguments: Arguments
    private let environment: [String: String]
    private let file: ConfigurationFile?

    public init(_ arguments: Arguments, environment: [String: String], file: ConfigurationFile?) {
        (self.arguments, self.environment, self.file) = (arguments, environment, file)
    }

    /// The variable of a setting: `ANIWHO_LOG_LEVEL` for `log-level`.
    public static func variable(of name: String) -> String {
        "ANIWHO_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The value and where it was found; nil where the default holds. A variable that is set to nothing counts as unset.
    public func found(_ name: String) -> (value: String, origin: Origin)? {
        if let value = arguments[name] { return (value, .option(name)) }
        let variable = Self.variable(of: name)
        if let value = environment[variable], !value.isEmpty { return (value, .variable(variable)) }
        return file?.entries[name].map { ($0.value, .file(path: file?.path ?? "", line: $0.line)) }
    }

    public subscript(name: String) -> String? { found(name)?.value }

    public func origin(of name: String) -> Origin { found(name)?.origin ?? .standard }

    /// A whole number, or nil where the default holds.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try parsed(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of several words, or nil where the default holds.
    public func choice(_ name: String, of choices: [String]) throws(ConfigurationError) -> String? {
        try parsed(name, "one of \(choices.joined(separator: ", "))") { choices.contains($0) ? $0 : nil }
    }

    /// A value that `read` understands, or nil where the default holds.
    /// - Parameter what: what it takes, for the message.
    public func parsed<T>(
        _ name: String, _ what: String, _ read: (String) throws(ConfigurationError) -> T?
    ) throws(ConfigurationError) -> T? {
        guard let (text, origin) = found(name) else { return nil }
        let place = if case .file = origin { "\(origin): \(name)" } else { "\(origin)" }
        do throws(ConfigurationError) {
            if let value = try read(text) { return value }
        } catch { throw ConfigurationError(error.problems.map { "\(place): \($0)" }) }
        throw ConfigurationError(["\(place) takes \(what), not “\(text)”"])
    }
}
