public import API
public import Foundation

/// Tokens that let programs call the API over TCP. The registry keeps a token's hash, never the token.
public protocol TokenStore: Sendable {
    /// Stores a token's hash under a name.
    /// - Parameters:
    ///   - subjects: what it may ask about; nil for everything.
    ///   - expiresAt: from when on it is refused; nil for never. It is stored to the second.
    ///   - sha256: of the token's text, in lower-case hexadecimal.
    /// - Throws: `invalidName`, `tokenExists`.
    func createToken(
        named name: String, role: Role, subjects: [String]?, expiresAt: Date?, sha256: String
    ) async throws(RegistryError) -> Token

    /// All tokens, by name.
    func tokens() async throws(RegistryError) -> [Token]

    /// Removes a token, which gives nobody access from then on.
    /// - Returns: the token as it was.
    /// - Throws: `tokenNotFound`.
    @discardableResult
    func revokeToken(named name: String) async throws(RegistryError) -> Token

    /// The token with a hash, also when it has expired; nil when there is none. It reads from memory and never waits for a change.
    /// - Parameter time: notes in memory that the token is used now, unless it has expired.
    func token(sha256: String, usedAt time: Date) -> Token?

    /// Whether there is a token of a name now. It reads from memory.
    func hasToken(named name: String) -> Bool

    /// Writes when tokens were last used, as far as that changed since it was last written.
    func writeTokenUses() async throws(RegistryError)
}

extension Registry: TokenStore {
    public func createToken(
        named name: String, role: Role, subjects: [String]? = nil, expiresAt: Date? = nil, sha256: String
    ) throws(RegistryError) -> Token {
        let name = try RegistryName.new(name)
        let subjects = subjects.map { Set($0).sorted() }
        let expiresAt = expiresAt.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) }
        let token = Token(name: name, role: role, subjects: subjects, createdAt: Date(), expiresAt: expiresAt)
        try change { (database, indexes) throws(RegistryError) in
            guard try database.token(named: name) == nil else {
                throw RegistryError(
                    .tokenExists, "there is a token named '\(name)' already; revoke it, or choose another name")
            }
            try database.checkLook(of: name, as: "token", in: "tokens", .tokenExists)
            try database.run(
                "INSERT INTO tokens (name, role, sha256, created_at, expires_at, subjects) VALUES ($1, $2, $3, $4, $5, $6)",
                [
                    .text(name), .text(role.rawValue), .text(sha256), .time(token.createdAt),
                    expiresAt.map(SQLValue.time) ?? .null,
                    subjects.map { .text($0.joined(separator: ",")) } ?? .null,
                ])
            try database.record("token.create", subject: name, detail: token.audited)
            try indexes.reload(.tokens)
        }
        return token
    }

    public func tokens() throws(RegistryError) -> [Token] {
        try database().all(StoredToken.query + " ORDER BY name", [], StoredToken.init(row:)).map { current($0) }
    }

    @discardableResult
    public func revokeToken(named name: String) throws(RegistryError) -> Token {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            guard let stored = try database.token(named: name) else {
                throw RegistryError(.tokenNotFound, "there is no token named '\(name)'")
            }
            let token = current(stored)
            try database.run("DELETE FROM tokens WHERE name = $1", [.text(token.name)])
            try database.record("token.revoke", subject: token.name, detail: token.audited)
            try indexes.reload(.tokens)
            return token
        }
    }

    public nonisolated func hasToken(named name: String) -> Bool { indexes.tokens.contains { $0.token.name == name } }

    public nonisolated func token(sha256: String, usedAt time: Date) -> Token? {
        indexes.tokens.item(sha256: sha256, usedAt: time)?.token
    }

    /// A token with its last use, which may be only in memory.
    private func current(_ stored: StoredToken) -> Token {
        var token = stored.token
        if let use = indexes.tokens.lastUse(of: stored) { token.lastUsedAt = use }
        return token
    }

    public func writeTokenUses() throws(RegistryError) {
        try indexes.tokens.writeUses(to: try database())
    }
}

/// A token with its hash.
struct StoredToken: Secret {
    let token: Token
    let digest: String

    static let table = "tokens"
    static let query = "SELECT name, role, subjects, created_at, expires_at, last_used_at, sha256 FROM tokens"

    func isExpired(at time: Date) -> Bool { token.isExpired(at: time) }

    /// A role that this version does not know counts as reader, the lowest.
    init(row: Row) {
        token = Token(
            name: row.text(0), role: Role(rawValue: row.text(1)) ?? .reader,
            subjects: row.isNull(2) ? nil : row.text(2).split(separator: ",").map(String.init),
            createdAt: row.date(3), expiresAt: row.isNull(4) ? nil : row.date(4),
            lastUsedAt: row.isNull(5) ? nil : row.date(5))
        digest = row.text(6)
    }
}

extension Token {
    /// What the audit log says of it.
    fileprivate var audited: [String: any AuditValue] {
        var detail: [String: any AuditValue] = ["role": role.rawValue]
        if let subjects { detail["subjects"] = subjects.joined(separator: ",") }
        if let expiresAt { detail["expires_at"] = expiresAt.ISO8601Format() }
        return detail
    }
}

extension Connection {
    fileprivate func token(named name: String) throws(RegistryError) -> StoredToken? {
        let stored = try storedName(name, in: "tokens") ?? name
        return try first(StoredToken.query + " WHERE name = $1", [.text(stored)], StoredToken.init(row:))
    }
}
