import API
import Foundation
import Synchronization

/// The tokens in memory, so that authenticating a request never waits for a change and never writes.
final class TokenIndex: Sendable {
    private struct State {
        var tokens: [StoredToken] = []
        /// When a token was last used, to the minute, by its hash: of those that were used since the registry was opened.
        var uses: [String: Date] = [:]
        /// The hashes of the tokens whose last use is not in the database yet.
        var unwritten: Set<String> = []
    }

    private let state = Mutex(State())

    func load(from connection: Connection) throws(RegistryError) { try loading(from: connection)() }

    /// Reads all tokens.
    /// - Returns: what replaces the contents by them.
    func loading(from connection: Connection) throws(RegistryError) -> () -> Void {
        let all = try connection.all(Token.query, [], StoredToken.init(row:))
        let digests = Set(all.map(\.digest))
        return {
            self.state.withLock { state in
                state.tokens = all
                state.uses = state.uses.filter { digests.contains($0.key) }
                state.unwritten.formIntersection(digests)
            }
        }
    }

    /// The token of a hash. It compares every token, and each to its end, so that the time taken says nothing about them.
    /// - Parameter time: of the token's use, unless it has expired.
    func token(sha256: String, usedAt time: Date) -> Token? {
        let asked = Array(sha256.utf8)
        let minute = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 60).rounded(.down) * 60)
        return state.withLock { state in
            var found: StoredToken?
            for stored in state.tokens where Self.areEqual(Array(stored.digest.utf8), asked) { found = stored }
            guard let found else { return nil }
            if !found.token.isExpired(at: time), minute > state.uses[found.digest] ?? .distantPast {
                state.uses[found.digest] = minute
                state.unwritten.insert(found.digest)
            }
            return found.token
        }
    }

    /// A token with its last use, which may be only in memory.
    func current(_ stored: StoredToken) -> Token {
        var token = stored.token
        if let use = state.withLock({ $0.uses[stored.digest] }) { token.lastUsedAt = use }
        return token
    }

    /// The last uses that are not in the database yet, by the tokens' hashes.
    var unwrittenUses: [String: Date] {
        state.withLock { state in state.uses.filter { state.unwritten.contains($0.key) } }
    }

    /// The database has these uses now.
    func markWritten(_ uses: [String: Date]) {
        state.withLock { state in
            for (digest, time) in uses where state.uses[digest] == time { state.unwritten.remove(digest) }
        }
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
