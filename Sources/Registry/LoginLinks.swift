public import API
public import Foundation

/// What a link gives that opens a session once.
public struct LoginGrant: Sendable, Equatable {
    public let uid: Int
    public let role: Role
    /// When the session ends.
    public let expiresAt: Date

    public init(uid: Int, role: Role, expiresAt: Date) {
        (self.uid, self.role, self.expiresAt) = (uid, role, expiresAt)
    }
}

/// The links that open a session of a browser once. The registry keeps the hash of a link's secret, never the secret.
public protocol LoginLinkStore: Sendable {
    /// Stores a link. Of more than ``Registry/mostLoginLinks`` the oldest give way.
    /// - Parameters:
    ///   - end: from when on it is refused.
    ///   - sha256: of its secret, in lower-case hexadecimal.
    ///   - now: links that have ended by then are removed.
    func addLoginLink(_ grant: LoginGrant, until end: Date, sha256: String, at now: Date) async throws(RegistryError)

    /// Uses a link up.
    /// - Returns: nil for one that is unknown, was used already or has ended.
    func useLoginLink(sha256: String, at now: Date) async throws(RegistryError) -> LoginGrant?
}

extension Registry: LoginLinkStore {
    /// The most links at a time.
    public static var mostLoginLinks: Int { 64 }

    public func addLoginLink(
        _ grant: LoginGrant, until end: Date, sha256: String, at now: Date
    ) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.run("DELETE FROM login_links WHERE ends_at <= $1", [.time(now)])
            try database.run(
                """
                DELETE FROM login_links WHERE sha256 NOT IN
                    (SELECT sha256 FROM login_links ORDER BY ends_at DESC LIMIT \(Self.mostLoginLinks - 1))
                """)
            try database.run(
                "INSERT INTO login_links (sha256, uid, role, expires_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(sha256), .integer(grant.uid), .text(grant.role.rawValue), .time(grant.expiresAt), .time(end),
                ])
        }
    }

    public func useLoginLink(sha256: String, at now: Date) throws(RegistryError) -> LoginGrant? {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let grant = try database.first(
                "SELECT uid, role, expires_at FROM login_links WHERE sha256 = $1 AND ends_at > $2",
                [.text(sha256), .time(now)]
            ) { LoginGrant(uid: $0.int(0), role: Role(rawValue: $0.text(1)) ?? .reader, expiresAt: $0.date(2)) }
            try database.run("DELETE FROM login_links WHERE sha256 = $1", [.text(sha256)])
            return grant
        }
    }
}
