/// What a peer may do; each role may do what those before it may.
enum Role: Int, Sendable, Comparable {
    /// Asks and looks.
    case reader
    /// Enrols and changes.
    case `operator`

    static func < (first: Role, second: Role) -> Bool { first.rawValue < second.rawValue }

    var name: String { self == .reader ? "reader" : "operator" }

    /// With its article.
    var phrase: String { self == .reader ? "a \(name)" : "an \(name)" }
}
