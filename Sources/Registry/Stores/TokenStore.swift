import Foundation

/// Tokens that let programs ask over TCP.
public protocol TokenStore: Sendable {
    /// Keeps a token's hash under a name.
    /// - Parameter sha256: of the token's text, in lower-case hexadecimal.
    /// - Throws: `invalidName`, `tokenExists`.
    func createToken(named name: String, role: TokenRecord.Role, sha256: String) async throws(RegistryError)
        -> TokenRecord

    /// All tokens, by name.
    func tokens() async throws(RegistryError) -> [TokenRecord]

    /// Forgets a token, which lets nobody in from then on.
    /// - Returns: the token as it was.
    /// - Throws: `tokenNotFound`.
    @discardableResult
    func revokeToken(named name: String) async throws(RegistryError) -> TokenRecord

    /// The token with a hash; nil when there is none. Waits for no change.
    func token(sha256: String) -> TokenRecord?
}

extension Registry: TokenStore {
    public func createToken(
        named name: String, role: TokenRecord.Role, sha256: String
    ) throws(RegistryError) -> TokenRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        let token = TokenRecord(name: name, role: role, createdAt: Date())
        try database.transaction { () throws(RegistryError) in
            guard try database.token(named: name) == nil else {
                throw RegistryError(
                    .tokenExists, "there is a token named '\(name)' already; revoke it, or choose another name")
            }
            try database.run(
                "INSERT INTO tokens (name, role, sha256, created_at) VALUES (?, ?, ?, ?)",
                [.text(name), .text(role.rawValue), .text(sha256), .time(token.createdAt)])
            try database.record("token.create", subject: name, detail: ["role": role.rawValue])
        }
        try tokenIndex.load(from: database)
        return token
    }

    public func tokens() throws(RegistryError) -> [TokenRecord] {
        try database().all(TokenRecord.query + " ORDER BY name", [], TokenRecord.init(row:))
    }

    @discardableResult
    public func revokeToken(named name: String) throws(RegistryError) -> TokenRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        let token = try database.transaction { () throws(RegistryError) in
            guard let token = try database.token(named: name) else {
                throw RegistryError(.tokenNotFound, "there is no token named '\(name)'")
            }
            try database.run("DELETE FROM tokens WHERE name = ?", [.text(name)])
            try database.record("token.revoke", subject: name, detail: ["role": token.role.rawValue])
            return token
        }
        try tokenIndex.load(from: database)
        return token
    }

    public nonisolated func token(sha256: String) -> TokenRecord? { tokenIndex.token(sha256: sha256) }
}

extension TokenRecord {
    static let query = "SELECT name, role, created_at FROM tokens"

    /// A role that this version does not know gives the least.
    init(row: Row) {
        self.init(name: row.text(0), role: Role(rawValue: row.text(1)) ?? .reader, createdAt: row.date(2))
    }
}

extension Connection {
    fileprivate func token(named name: String) throws(RegistryError) -> TokenRecord? {
        try first(TokenRecord.query + " WHERE name = ?", [.text(name)], TokenRecord.init(row:))
    }
}
