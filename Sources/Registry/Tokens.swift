import API
public import Foundation
import Synchronization

/// A token that lets a program ask over TCP. The token itself is not kept, only its hash.
public struct TokenRecord: Sendable, Equatable {
    public enum Role: String, Sendable, CaseIterable { case reader, `operator` }

    public let name: String
    public let role: Role
    public let createdAt: Date

    public init(name: String, role: Role, createdAt: Date) {
        self.name = name
        self.role = role
        self.createdAt = createdAt
    }
}

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

/// The tokens in memory, so that a request waits for no change.
final class TokenIndex: Sendable {
    private let tokens = Mutex<[(digest: [UInt8], record: TokenRecord)]>([])

    func load(from connection: Connection) throws(RegistryError) {
        let all = try connection.all("SELECT name, role, created_at, sha256 FROM tokens") { row in
            (digest: Array(row.text(3).utf8), record: TokenRecord(row: row))
        }
        tokens.withLock { $0 = all }
    }

    /// The token of a hash. Every token is compared, and each to its end: how long that takes tells nothing about them.
    func token(sha256: String) -> TokenRecord? {
        let asked = Array(sha256.utf8)
        return tokens.withLock { tokens in
            var found: TokenRecord?
            for (digest, record) in tokens where Self.areEqual(digest, asked) { found = record }
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
