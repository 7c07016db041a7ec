import API
import Foundation
import Testing

@testable import Registry

@Suite struct AuditAndSettingTests {
    let scratch = try? ScratchDirectory()

    @Test func everyChangeIsLoggedWithItsAuthor() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let enrolled = try await Registry.$author.withValue("uid:1000") {
            try await registry.enroll(
                character: "R\"ei", images: [newImage(1, [1, 0, 0, 0]), newImage(2, [1, 0, 0, 0])], model: modelA)
        }
        _ = try await registry.renameCharacter("R\"ei", to: "Rei")
        try await registry.removeImage(try #require(enrolled.added.first).id)
        try await registry.setSetting("k", "v")
        _ = try await registry.rebuildPrototypes(character: nil)
        try await registry.removeCharacter(named: "Rei")
        let log = try await registry.audit(limit: 100)
        #expect(
            log.reversed().map(\.action) == [
                "model.import", "model.use", "character.create", "image.add", "image.add", "character.rename",
                "image.remove", "setting.set", "prototypes.rebuild", "character.remove",
            ])
        #expect(log.reversed().map(\.who).filter { $0 == "uid:1000" }.count == 3)
        #expect(log.first?.who == "aniwhod")
        for entry in log {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(entry.detail.utf8)) }
        }
        #expect(try await registry.audit(limit: 2).map(\.id) == log.prefix(2).map(\.id))
        #expect(try await registry.audit(limit: 3, before: log[2].id).map(\.id) == log[3..<6].map(\.id))
        #expect(try await registry.audit(limit: 99, since: Date() + 60).isEmpty)
        #expect(try await registry.audit(limit: 99, since: log[4].at).count >= 5)
    }

    @Test func settings() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        #expect(try await registry.setting("radius") == nil)
        try await registry.setSetting("radius", "1.5")
        try await registry.setSetting("radius", "2\u{0}5")
        #expect(try await registry.setting("radius") == "2\u{0}5")
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
        #expect(try await registry.characters(after: nil, limit: 9).map(\.imageCount) == [10, 10, 10, 10])
    }
}
