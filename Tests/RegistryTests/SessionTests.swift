import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Sessions of browsers.
@Suite struct SessionTests {
    private let scratch = try? ScratchDirectory()

    @Test func `a session lasts through a restart, until it is revoked or expires`() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.scratch(scratch)
        let end = Date(timeIntervalSince1970: 4_000_000_000.75)
        let first = try await registry.createSession(
            uid: 1000, role: .reader, expiresAt: end, sha256: digest(1), tokenSHA256: digest(2))
        #expect(first.expiresAt == Date(timeIntervalSince1970: 4_000_000_000) && first.uid == 1000)
        let old = try await registry.createSession(
            uid: 7, role: .operator, expiresAt: Date(timeIntervalSince1970: 1000), sha256: digest(3),
            tokenSHA256: digest(4))
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        let minute = Date(timeIntervalSince1970: 1_800_000_000)
        let found = try #require(registry.session(sha256: digest(1), usedAt: minute + 59))
        #expect(found.session.id == first.id && found.tokenSHA256 == digest(2))
        // An expired one is known, and its use is not noted.
        #expect(registry.session(sha256: digest(3), usedAt: minute)?.session.id == old.id)
        #expect(registry.session(sha256: digest(2), usedAt: minute) == nil)
        #expect(try await registry.sessions().map(\.lastUsedAt) == [minute, nil])
        try await registry.writeSessionUses()
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await registry.sessions().map(\.lastUsedAt) == [minute, nil])
        try await registry.removeSessions(expiredAt: minute)
        #expect(try await registry.sessions().map(\.id) == [first.id])
        #expect(try await registry.revokeSession(first.id).id == first.id)
        #expect(registry.session(sha256: digest(1), usedAt: minute) == nil)
        await expect(.sessionNotFound) { try await registry.revokeSession(first.id) }
        let audit = try await registry.audit(limit: 10).filter { $0.action.hasPrefix("session") }
        #expect(audit.map(\.action) == ["session.revoke", "session.create", "session.create"])
        await registry.close()
    }
}
