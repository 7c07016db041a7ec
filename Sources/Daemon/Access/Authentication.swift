import API
import Embedding
import Foundation
import Registry

/// Finds out who makes a request.
struct Authentication: Sendable {
    let registry: Registry
    /// The page's address behind a reverse proxy; nil without one.
    var pageURL: PageURL?

    /// What a request over TCP without a token and without a session is told.
    static let needed = APIError(
        .unauthorized,
        "the request needs a token: Authorization: Bearer TOKEN; make one with: aniwho tokens create NAME. A browser needs a session: open the link that aniwho web prints"
    )

    /// - Parameter method: of the request. What is no GET or HEAD needs the session's token in addition to its cookie.
    /// - Throws: `unauthorized` for a request over TCP with a token or a session that is unknown or has expired; `forbidden` for one whose
    ///   header `Host` names another machine, as in a DNS rebinding attack on a browser, and for one that another page sends.
    func caller(of origin: Origin, method: String = "GET", at now: Date = Date()) throws(APIError) -> Caller {
        switch origin {
        case .user(let number): return .user(number)
        case .network(let host, let authorization, let browser):
            guard let host, Self.isThisMachine(host) || host.lowercased() == pageURL?.host else {
                throw APIError(
                    .forbidden,
                    "the header Host must name this machine, 127.0.0.1, [::1] or localhost, not “\(host ?? "")”")
            }
            try checkOrigin(of: browser, host: host, method: method)
            guard let text = Self.token(in: authorization) else {
                guard authorization == nil, let session = try session(of: browser, method: method, at: now) else {
                    return .guest
                }
                return session
            }
            guard let token = registry.token(sha256: ContentHash.sha256(Data(text.utf8)), usedAt: now) else {
                throw APIError(.unauthorized, "the token is not known; it was revoked, or belongs to another daemon")
            }
            if let end = token.expiresAt, token.isExpired(at: now) {
                throw APIError(
                    .unauthorized,
                    "the token “\(token.name)” expired at \(end.ISO8601Format()); make another one with: aniwho tokens create NAME"
                )
            }
            return .token(token.name, token.role, only: token.subjects)
        }
    }

    /// Whether a `Host` header is a loopback address or `localhost`, with any port.
    static func isThisMachine(_ host: String) -> Bool {
        let name =
            host.hasPrefix("[")
            ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return name.lowercased() == "localhost" || LoopbackAddress.isLoopback(String(name))
    }

    /// The token in an `Authorization` header; nil when the header is missing or of another kind.
    private static func token(in header: String?) -> String? {
        let words = (header ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}

/// The origin of a request, as far as the connection shows it.
enum Origin: Sendable, Equatable {
    /// A user on the Unix socket, by user id; -1 when the system does not know it.
    case user(Int)
    /// TCP, with some of the request's headers.
    case network(host: String?, authorization: String?, browser: BrowserHeaders = BrowserHeaders())
}

/// Who makes a request.
enum Caller: Sendable, Hashable {
    /// A user of this machine, by user id; -1 when the system does not know it.
    case user(Int)
    /// The bearer of a token, by the token's name; `only` has the subjects that it may ask about, nil for all.
    case token(String, Role, only: [String]? = nil)
    /// A browser with a session, by the session's number, of a user; `role` is the most that it may do.
    case session(Int64, user: Int, Role)
    /// A client over TCP that has shown neither a token nor a session. It may log in and fetch the page's files.
    case guest

    /// Who makes the request that the current task answers; nil outside of requests.
    @TaskLocal static var current: Caller?

    /// The caller as the audit log names it.
    var author: String {
        switch self {
        case .user(let number): number < 0 ? "unknown user" : "uid \(number)"
        case .token(let name, _, _): "token \(name)"
        case .session(_, let number, _): Caller.user(number).author
        case .guest: "guest"
        }
    }

    /// Whether it is at the other end of a TCP connection.
    var isRemote: Bool {
        if case .user = self { false } else { true }
    }

    /// The caller in a sentence, with its article.
    var phrase: String {
        switch self {
        case .user(let number): number < 0 ? "an unknown user" : "user \(number)"
        case .token(let name, _, _): "the token “\(name)”"
        case .session(let id, let number, _): "session \(id) of \(Caller.user(number).phrase)"
        case .guest: "a client that is not logged in"
        }
    }
}
