import API
import Foundation
import Synchronization

/// What a secret text gives access to: a token of a program, or a session of a browser. The registry keeps the secret's hash only.
protocol Secret: Sendable {
    /// SHA-256 of the secret, in lower-case hexadecimal.
    var digest: String { get }

    func isExpired(at time: Date) -> Bool

    /// The table of all secrets of this kind.
    static var table: String { get }
    /// Selects them for ``init(row:)``.
    static var query: String { get }

    init(row: Row)
}

/// The secrets of one kind in memory, so that authenticating a request never waits for a change and never writes.
final class SecretIndex<Item: Secret>: Sendable {
    private struct State {
        var items: [Item] = []
        /// When a secret was last used, to the minute, by its hash: of those that were used since the registry was opened.
        var uses: [String: Date] = [:]
        /// The hashes of the secrets whose last use is not in the database yet.
        var unwritten: Set<String> = []
    }

    private let state = Mutex(State())

    func load(from connection: Connection) throws(RegistryError) { try loading(from: connection)() }

    /// Reads all secrets.
    /// - Returns: what replaces the contents by them.
    func loading(from connection: Connection) throws(RegistryError) -> () -> Void {
        let all = try connection.all(Item.query, [], Item.init(row:))
        let digests = Set(all.map(\.digest))
        return {
            self.state.withLock { state in
                state.items = all
                state.uses = state.uses.filter { digests.contains($0.key) }
                state.unwritten.formIntersection(digests)
            }
        }
    }

    /// The item of a hash. It compares every item, and each to its end, so that the time taken says nothing about them.
    /// - Parameter time: of the secret's use, unless it has expired.
    func item(sha256: String, usedAt time: Date) -> Item? {
        let asked = Array(sha256.utf8)
        let minute = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 60).rounded(.down) * 60)
        return state.withLock { state in
            var found: Item?
            for item in state.items where areEqualBytes(Array(item.digest.utf8), asked) { found = item }
            guard let found else { return nil }
            if !found.isExpired(at: time), minute > state.uses[found.digest] ?? .distantPast {
                state.uses[found.digest] = minute
                state.unwritten.insert(found.digest)
            }
            return found
        }
    }

    func contains(_ isWanted: (Item) -> Bool) -> Bool { state.withLock { $0.items.contains(where: isWanted) } }

    /// When an item was last used, if that is known in memory only.
    func lastUse(of item: Item) -> Date? { state.withLock { $0.uses[item.digest] } }

    /// Writes the last uses that are not in the database yet.
    func writeUses(to database: Connection) throws(RegistryError) {
        let uses = state.withLock { state in state.uses.filter { state.unwritten.contains($0.key) } }
        guard !uses.isEmpty else { return }
        try database.transaction { () throws(RegistryError) in
            for (digest, time) in uses {
                try database.run(
                    "UPDATE \(Item.table) SET last_used_at = $1 WHERE sha256 = $2", [.time(time), .text(digest)])
            }
        }
        state.withLock { state in
            for (digest, time) in uses where state.uses[digest] == time { state.unwritten.remove(digest) }
        }
    }
}

/// Whether two texts are equal, in a time that depends on their length only.
private func areEqualBytes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for index in one.indices { difference |= one[index] ^ other[index] }
    return difference == 0
}
