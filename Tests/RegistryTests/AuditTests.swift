import API
import Foundation
import Testing

@testable import Registry

@Suite struct AuditTests {
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
        #expect(log.last { $0.action == "character.create" }?.detail == ["id": 1])
        #expect(log.last { $0.action == "image.add" }?.detail["character"] == "R\"ei")
        #expect(try await registry.audit(limit: 2).map(\.id) == log.prefix(2).map(\.id))
        #expect(try await registry.audit(limit: 3, before: log[2].id).map(\.id) == log[3..<6].map(\.id))
        #expect(try await registry.audit(limit: 99, since: Date() + 60).isEmpty)
        #expect(try await registry.audit(limit: 99, since: log[4].at).count >= 5)
    }
}
