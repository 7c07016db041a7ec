/// A file of settings, a line each: `name = value`.
///
/// A line that begins with `#`, and an empty one, say nothing. The value is the rest of the line as it stands, without the
/// white space about it; there are no quotes.
public struct ConfigurationFile: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let value: String
        /// From 1.
        public let line: Int
    }

    public let path: String
    public let entries: [String: Entry]

    /// - Parameters:
    ///   - names: the settings there are.
    /// - Throws: ``ConfigurationError`` with all lines that are wrong.
    public init(_ text: String, path: String, names: [String]) throws(ConfigurationError) {
        var entries: [String: Entry] = [:]
        var problems: [String] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in zip(1..., lines.map(Self.trimmed)) where !line.isEmpty && !line.hasPrefix("#") {
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            let name = sides[0]
            func wrong(_ message: String) { problems.append("\(path):\(number): \(message)") }
            if sides.count == 1 {
                wrong("“\(name)” is no setting; write: name = value")
            } else if !names.contains(name) {
                let near = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
                wrong("there is no setting “\(name)”\(near)")
            } else if let earlier = entries[name] {
                wrong("\(name) is set already, in line \(earlier.line)")
            } else if sides[1].isEmpty {
                wrong("\(name) has no value; give one, or remove the line")
            } else {
                entries[name] = Entry(value: sides[1], line: number)
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        self.path = path
        self.entries = entries
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}

/// Settings that cannot be used.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, each with its place.
    public let problems: [String]

    public init(_ problems: [String]) { self.problems = problems }

    public var description: String { problems.joined(separator: "\n") }
}
