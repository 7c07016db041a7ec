import API
import Foundation
import Testing

@testable import Registry

/// Requests that only read.
@Suite struct ReadOnlyTests {
    let scratch = try? ScratchDirectory()

    @Test func `the registry refuses changes by requests that only read`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.createCharacter(named: "Rei")
        await Registry.$isReadOnly.withValue(true) {
            for change in ["a transaction", "a statement"] {
                await #expect(throws: RegistryError.self, "\(change)") {
                    if change == "a statement" {
                        try await registry.direct("DELETE FROM characters")
                    } else {
                        _ = try await registry.createCharacter(named: "Asuka")
                    }
                }
            }
            await #expect(throws: Never.self) { try await registry.character(named: "Rei") }
        }
        // Others are not refused, before and after.
        _ = try await registry.createCharacter(named: "Mari")
        #expect(try await registry.characters(after: nil, limit: 10).map(\.name) == ["Mari", "Rei"])
    }
}

extension Registry {
    fileprivate func direct(_ sql: String) throws(RegistryError) { try database().execute(sql) }
}
