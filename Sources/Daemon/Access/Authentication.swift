import API
import Embedding
import Foundation
import Registry

/// Finds out who asks.
struct Authentication: Sendable {
    let registry: Registry

    /// - Throws: `unauthorized` for a request over TCP that has no token, or one that is not known; `forbidden` for one that is
    ///   meant for another host, as a browser sends it that was led here by a name (DNS rebinding).
    func caller(of origin: Origin) throws(APIError) -> Caller {
        switch origin {
        case .user(let number): return .user(number)
        case .network(let host, let authorization):
            guard let host, Self.isThisMachine(host) else {
                throw APIError(
                    .forbidden,
                    "the header Host must name this machine, 127.0.0.1, [::1] or localhost, not “\(host ?? "")”")
            }
            guard let text = Self.token(in: authorization) else {
                throw APIError(
                    .unauthorized,
                    "the request needs a token: Authorization: Bearer TOKEN; make one with: aniwho tokens create NAME")
            }
            guard let token = registry.token(sha256: ContentHash.sha256(Data(text.utf8))) else {
                throw APIError(.unauthorized, "the token is not known; it was revoked, or is another daemon's")
            }
            return .token(token.name, token.role)
        }
    }

    /// Whether a `Host` header is a loopback address or `localhost`, with any port.
    static func isThisMachine(_ host: String) -> Bool {
        let name =
            host.hasPrefix("[")
            ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return name.lowercased() == "localhost" || LoopbackAddress.isLoopback(String(name))
    }

    /// The token of an `Authorization` header; nil where it is of another kind.
    private static func token(in header: String?) -> String? {
        let words = (header ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}
