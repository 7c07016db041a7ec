import Synchronization

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
