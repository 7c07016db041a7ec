public import API
public import Foundation

/// Sessions of browsers with the daemon's page. The registry keeps the hashes of a session's secrets, never the secrets.
public protocol SessionStore: Sendable {
    /// Stores a session.
    /// - Parameters:
    ///   - uid: the user who asked for it.
    ///   - role: the most that it may do.
    ///   - expiresAt: from when on it is refused. It is stored to the second.
    ///   - sha256: of its cookie, in lower-case hexadecimal.
    ///   - tokenSHA256: of the token that its changes need in addition.
    func createSession(
        uid: Int, role: Role, expiresAt: Date, sha256: String, tokenSHA256: String
    ) async throws(RegistryError) -> Session

    /// All sessions, oldest first, with those that have expired and were not removed yet.
    func sessions() async throws(RegistryError) -> [Session]

    /// Ends a session.
    /// - Returns: the session as it was.
    /// - Throws: `sessionNotFound`.
    @discardableResult
    func revokeSession(_ id: Int64) async throws(RegistryError) -> Session

    /// Removes the sessions that have expired.
    func removeSessions(expiredAt time: Date) async throws(RegistryError)

    /// The session of a cookie's hash, also when it has expired; nil when there is none. It reads from memory.
    /// - Parameter time: notes in memory that the session is used now, unless it has expired.
    func session(sha256: String, usedAt time: Date) -> StoredSession?

    /// Whether there is a session of a number now. It reads from memory.
    func hasSession(_ id: Int64) -> Bool

    /// Writes when sessions were last used, as far as that changed since it was last written.
    func writeSessionUses() async throws(RegistryError)
}

/// A session with the hashes of its secrets.
public struct StoredSession: Secret {
    public let session: Session
    let digest: String
    /// SHA-256 of the token that changes need, in lower-case hexadecimal.
    public let tokenSHA256: String

    static let table = "sessions"
    static let query =
        "SELECT id, uid, role, created_at, expires_at, last_used_at, sha256, token_sha256 FROM sessions"

    func isExpired(at time: Date) -> Bool { session.expiresAt <= time }

    init(row: Row) {
        session = Session(
            id: row.integer(0), uid: row.int(1), role: Role(rawValue: row.text(2)) ?? .reader,
            createdAt: row.date(3), expiresAt: row.date(4), lastUsedAt: row.isNull(5) ? nil : row.date(5))
        digest = row.text(6)
        tokenSHA256 = row.text(7)
    }
}

extension Registry: SessionStore {
    public func createSession(
        uid: Int, role: Role, expiresAt: Date, sha256: String, tokenSHA256: String
    ) throws(RegistryError) -> Session {
        let end = Date(timeIntervalSince1970: expiresAt.timeIntervalSince1970.rounded(.down))
        let now = Date()
        return try change { (database, indexes) throws(RegistryError) in
            let id = try database.insert(
                """
                INSERT INTO sessions (uid, role, sha256, token_sha256, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [.integer(uid), .text(role.rawValue), .text(sha256), .text(tokenSHA256), .time(now), .time(end)])
            let session = Session(id: id, uid: uid, role: role, createdAt: now, expiresAt: end)
            try database.record("session.create", of: session)
            try indexes.reload(.sessions)
            return session
        }
    }

    public func sessions() throws(RegistryError) -> [Session] {
        try database().all(StoredSession.query + " ORDER BY id", [], StoredSession.init(row:)).map { current($0) }
    }

    @discardableResult
    public func revokeSession(_ id: Int64) throws(RegistryError) -> Session {
        try change { (database, indexes) throws(RegistryError) in
            let stored = try database.first(
                StoredSession.query + " WHERE id = $1", [.integer(id)], StoredSession.init(row:))
            guard let stored else { throw RegistryError(.sessionNotFound, "there is no session \(id)") }
            let session = current(stored)
            try database.run("DELETE FROM sessions WHERE id = $1", [.integer(id)])
            try database.record("session.revoke", of: session)
            try indexes.reload(.sessions)
            return session
        }
    }

    public func removeSessions(expiredAt time: Date) throws(RegistryError) {
        try change { (database, indexes) throws(RegistryError) in
            try database.run("DELETE FROM sessions WHERE expires_at <= $1", [.time(time)])
            try indexes.reload(.sessions)
        }
    }

    public nonisolated func hasSession(_ id: Int64) -> Bool { indexes.sessions.contains { $0.session.id == id } }

    public nonisolated func session(sha256: String, usedAt time: Date) -> StoredSession? {
        indexes.sessions.item(sha256: sha256, usedAt: time)
    }

    public func writeSessionUses() throws(RegistryError) { try indexes.sessions.writeUses(to: try database()) }

    /// A session with its last use, which may be only in memory.
    private func current(_ stored: StoredSession) -> Session {
        var session = stored.session
        if let use = indexes.sessions.lastUse(of: stored) { session.lastUsedAt = use }
        return session
    }
}

extension Connection {
    fileprivate func record(_ action: String, of session: Session) throws(RegistryError) {
        try record(
            action, subject: String(session.id),
            detail: [
                "uid": session.uid, "role": session.role.rawValue, "expires_at": session.expiresAt.ISO8601Format(),
            ])
    }
}
