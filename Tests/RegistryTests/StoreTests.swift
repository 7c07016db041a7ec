import API
import Foundation
import Testing

@testable import Registry

/// The registry as the rest of the program uses it.
@Suite struct StoreTests {
    let scratch = try? ScratchDirectory()

    @Test func settings() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        #expect(try await registry.setting("radius") == nil)
        try await registry.setSetting("radius", "1.5")
        // PostgreSQL stores no such text, so SQLite does not either.
        await expect(.badRequest) { try await registry.setSetting("radius", "2\u{0}5") }
        #expect(try await registry.setting("radius") == "1.5")
        try await registry.setSetting("radius", nil)
        #expect(try await registry.setting("radius") == nil)
    }

    /// Calls through the protocols, as another database would be called.
    @Test func isARegistryStore() async throws {
        let registry: any RegistryStore = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let found = try await registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)
        #expect(found.first?.first?.name == "Rei")
        #expect(try await registry.characters(after: nil, limit: 9).map(\.name) == ["Rei"])
    }

    @Test func manyCallersAtOnce() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    _ = try await registry.enroll(
                        character: "c\(number % 4)", images: [newImage(number, [Float(number), 0, 0, 0])], model: modelA
                    )
                    _ = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 4, temperature: 1)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await registry.counts().images == 40)
        #expect(try await registry.characters(after: nil, limit: 9).map(\.images) == [10, 10, 10, 10])
    }
}
