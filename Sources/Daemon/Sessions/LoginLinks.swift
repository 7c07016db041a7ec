import API
import Embedding
import Foundation
import Synchronization

/// The links that open a session once. They are in memory only: a daemon that restarts forgets them.
final class LoginLinks: Sendable {
    /// What a link gives.
    struct Grant: Sendable, Equatable {
        let uid: Int
        let role: Role
        /// When the session ends.
        let expiresAt: Date
    }

    private struct Link {
        let digest: String
        let grant: Grant
        /// From when on it is refused.
        let end: Date
    }

    private let links = Mutex<[Link]>([])

    /// The most links at a time. Older ones give way.
    private static let most = 64

    /// Makes a link.
    /// - Returns: its secret.
    func make(_ grant: Grant, until end: Date, at now: Date = Date()) -> String {
        let secret = RandomText.make()
        links.withLock { links in
            links.removeAll { $0.end <= now }
            if links.count >= Self.most { links.removeFirst() }
            links.append(Link(digest: ContentHash.sha256(Data(secret.utf8)), grant: grant, end: end))
        }
        return secret
    }

    /// Uses a link up.
    /// - Throws: `unauthorized` for one that is unknown, was used already or has expired.
    func use(_ secret: String, at now: Date = Date()) throws(APIError) -> Grant {
        let digest = ContentHash.sha256(Data(secret.utf8))
        let link = links.withLock { links -> Link? in
            guard let place = links.firstIndex(where: { $0.digest == digest }) else { return nil }
            return links.remove(at: place)
        }
        guard let link, link.end > now else {
            throw APIError(
                .unauthorized,
                "this link was used already, or is too old: a link works once, for \(CreateLink.linkSeconds / 60) minutes. Get another one with: aniwho web"
            )
        }
        return link.grant
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
