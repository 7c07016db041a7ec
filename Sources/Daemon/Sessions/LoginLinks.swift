import API
import Embedding
import Foundation
import Registry

/// The links that open a session once.
struct LoginLinks: Sendable {
    let registry: Registry

    /// Makes a link.
    /// - Returns: its secret.
    func make(_ grant: LoginGrant, until end: Date, at now: Date = Date()) async throws(RegistryError) -> String {
        let secret = RandomText.make()
        try await registry.addLoginLink(grant, until: end, sha256: ContentHash.sha256(Data(secret.utf8)), at: now)
        return secret
    }

    /// Uses a link up.
    /// - Throws: `unauthorized` for one that is unknown, was used already or has expired; the storage errors.
    func use(_ secret: String, at now: Date = Date()) async throws -> LoginGrant {
        guard let grant = try await registry.useLoginLink(sha256: ContentHash.sha256(Data(secret.utf8)), at: now) else {
            throw APIError(
                .unauthorized,
                "this link was used already, or is too old: a link works once, for \(CreateLink.linkSeconds / 60) minutes. Get another one with: aniwho web"
            )
        }
        return grant
    }
}

/// Secrets.
enum RandomText {
    /// Random bytes in a secret.
    private static let length = 32

    /// A secret that nobody can guess: letters, digits, `-` and `_`.
    static func make() -> String {
        // The system's generator is cryptographically secure.
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
