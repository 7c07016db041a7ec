public import API
import Foundation
import Synchronization

/// Tokens that let programs call the API over TCP. The registry keeps a token's hash, never the token.
public protocol TokenStore: Sendable {
    /// Stores a token's hash under a name.
    /// - Parameter sha256: of the token's text, in lower-case hexadecimal.
    /// - Throws: `invalidName`, `tokenExists`.
    func createToken(named name: String, role: Role, sha256: String) async throws(RegistryError) -> Token

    /// All tokens, by name.
    func tokens() async throws(RegistryError) -> [Token]

    /// Removes a token, which gives nobody access from then on.
    /// - Returns: the token as it was.
    /// - Throws: `tokenNotFound`.
    @discardableResult
    func revokeToken(named name: String) async throws(RegistryError) -> Token

    /// The token with a hash; nil when there is none. It reads from memory and never waits for a change.
    func token(sha256: String) -> Token?
}

extension Registry: TokenStore {
    public func createToken(named name: String, role: Role, sha256: String) throws(RegistryError) -> Token {
        let name = try RegistryName.new(name)
        let token = Token(name: name, role: role, createdAt: Date())
        try change { (database, indexes) throws(RegistryError) in
            guard try database.token(named: name) == nil else {
                throw RegistryError(
                    .tokenExists, "there is a token named '\(name)' already; revoke it, or choose another name")
            }
            try database.checkLook(of: name, as: "token", in: "tokens", .tokenExists)
            try database.run(
                "INSERT INTO tokens (name, role, sha256, created_at) VALUES (?, ?, ?, ?)",
                [.text(name), .text(role.rawValue), .text(sha256), .time(token.createdAt)])
            try database.record("token.create", subject: name, detail: ["role": role.rawValue])
            try indexes.reloadTokens()
        }
        return token
    }

    public func tokens() throws(RegistryError) -> [Token] {
        try database().all(Token.query + " ORDER BY name", [], Token.init(row:))
    }

    @discardableResult
    public func revokeToken(named name: String) throws(RegistryError) -> Token {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            guard let token = try database.token(named: name) else {
                throw RegistryError(.tokenNotFound, "there is no token named '\(name)'")
            }
            try database.run("DELETE FROM tokens WHERE name = ?", [.text(token.name)])
            try database.record("token.revoke", subject: token.name, detail: ["role": token.role.rawValue])
            try indexes.reloadTokens()
            return token
        }
    }

    public nonisolated func token(sha256: String) -> Token? { tokenIndex.token(sha256: sha256) }
}

extension Token {
    fileprivate static let query = "SELECT name, role, created_at FROM tokens"

    /// A role that this version does not know counts as reader, the lowest.
    fileprivate init(row: Row) {
        self.init(name: row.text(0), role: Role(rawValue: row.text(1)) ?? .reader, createdAt: row.date(2))
    }
}

extension Connection {
    fileprivate func token(named name: String) throws(RegistryError) -> Token? {
        let stored = try storedName(name, in: "tokens") ?? name
        return try first(Token.query + " WHERE name = ?", [.text(stored)], Token.init(row:))
    }
}

/// The tokens in memory, so that authenticating a request never waits for a change.
final class TokenIndex: Sendable {
    private let tokens = Mutex<[(digest: [UInt8], token: Token)]>([])

    func load(from connection: Connection) throws(RegistryError) { try loading(from: connection)() }

    /// Reads all tokens.
    /// - Returns: what replaces the contents by them.
    func loading(from connection: Connection) throws(RegistryError) -> () -> Void {
        let all = try connection.all("SELECT name, role, created_at, sha256 FROM tokens") { row in
            (digest: Array(row.text(3).utf8), token: Token(row: row))
        }
        return { self.tokens.withLock { $0 = all } }
    }

    /// The token of a hash. It compares every token, and each to its end, so that the time taken says nothing about them.
    func token(sha256: String) -> Token? {
        let asked = Array(sha256.utf8)
        return tokens.withLock { tokens in
            var found: Token?
            for (digest, token) in tokens where Self.areEqual(digest, asked) { found = token }
            return found
        }
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
