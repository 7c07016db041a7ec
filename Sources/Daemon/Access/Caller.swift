import API

/// Where a request comes from, as far as its connection tells.
enum Origin: Sendable, Equatable {
    /// The Unix socket, from a user by number; -1 where the system does not tell.
    case user(Int)
    /// TCP, with the headers that say what for and who.
    case network(host: String?, authorization: String?)
}

/// Who asks.
enum Caller: Sendable, Hashable {
    /// A user of this machine by number, as the kernel tells; -1 where it does not.
    case user(Int)
    /// The bearer of a token, by the token's name.
    case token(String, Role)

    /// For the log of changes.
    var author: String {
        switch self {
        case .user(let number): number < 0 ? "unknown user" : "uid \(number)"
        case .token(let name, _): "token \(name)"
        }
    }

    /// With its article, for sentences.
    var phrase: String {
        switch self {
        case .user(let number): number < 0 ? "an unknown user" : "user \(number)"
        case .token(let name, _): "the token “\(name)”"
        }
    }
}
