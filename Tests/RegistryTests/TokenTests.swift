import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// What limits tokens, and when they were last used.
@Suite struct TokenTests {
    private let scratch = try? ScratchDirectory()

    private func writtenUses(_ scratch: ScratchDirectory) throws -> [Date?] {
        try scratch.connect().all("SELECT last_used_at FROM tokens ORDER BY name") { row in
            row.isNull(0) ? nil : row.date(0)
        }
    }

    @Test func `a token keeps its limits`() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        let end = Date(timeIntervalSince1970: 4_000_000_000.75)
        _ = try await registry.createToken(
            named: "guest", role: .reader, subjects: ["classify", "characters"], expiresAt: end, sha256: digest(1))
        _ = try await registry.createToken(named: "keeper", role: .operator, sha256: digest(2))
        for token in [try await registry.tokens().first, registry.token(sha256: digest(1), usedAt: Date())] {
            #expect(token?.subjects == ["characters", "classify"])
            #expect(token?.expiresAt == Date(timeIntervalSince1970: 4_000_000_000))
        }
        let keeper = try #require(try await registry.tokens().last)
        #expect(keeper.subjects == nil && keeper.expiresAt == nil && keeper.lastUsedAt == nil)
        await registry.close()
        let again = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(again.token(sha256: digest(1), usedAt: end)?.expiresAt == Date(timeIntervalSince1970: 4_000_000_000))
        await again.close()
    }

    @Test func `the last use is known at once and written later`() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        for (number, name) in ["guest", "keeper"].enumerated() {
            _ = try await registry.createToken(named: name, role: .reader, sha256: digest(number))
        }
        let minute = Date(timeIntervalSince1970: 1_800_000_000)
        _ = registry.token(sha256: digest(0), usedAt: minute + 59.9)
        // A clock that was set back does not make the last use earlier.
        _ = registry.token(sha256: digest(0), usedAt: minute - 3600)
        #expect(try await registry.tokens().map(\.lastUsedAt) == [minute, nil])
        #expect(try writtenUses(scratch) == [nil, nil])
        try await registry.writeTokenUses()
        #expect(try writtenUses(scratch) == [minute, nil])
        // Another change of the tokens forgets nothing that is only in memory.
        _ = registry.token(sha256: digest(1), usedAt: minute + 60)
        _ = try await registry.createToken(named: "other", role: .reader, sha256: digest(2))
        #expect(try await registry.tokens().map(\.lastUsedAt) == [minute, minute + 60, nil])
        try await registry.writeTokenUses()
        #expect(try writtenUses(scratch) == [minute, minute + 60, nil])
        // A new token of the same name was never used.
        #expect(try await registry.revokeToken(named: "guest").lastUsedAt == minute)
        #expect(try await registry.createToken(named: "guest", role: .reader, sha256: digest(3)).lastUsedAt == nil)
        #expect(try await registry.tokens().first?.lastUsedAt == nil)
        await registry.close()
        let again = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await again.tokens().map(\.lastUsedAt) == [nil, minute + 60, nil])
        await again.close()
    }
}
