import API
import Foundation
import Testing

@testable import Registry

@Suite struct CharacterStoreTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    @Test func createsAndFinds() async throws {
        let registry = try await open()
        let before = Date.now
        let created = try await registry.createCharacter(named: " Rei ")
        #expect(created.name == "Rei")
        #expect(created.imageCount == 0)
        // Milliseconds are kept.
        #expect((before - 0.001...Date.now).contains(created.createdAt))
        #expect(try await registry.character(named: "Rei") == created)
        await expect(.characterExists) { _ = try await registry.createCharacter(named: "Rei") }
        await expect(.characterNotFound) { _ = try await registry.character(named: "rei") }
        await expect(.invalidName) { _ = try await registry.createCharacter(named: "\n") }
    }

    @Test func findsDecomposedNames() async throws {
        let registry = try await open()
        let created = try await registry.createCharacter(named: "\u{E9}")
        #expect(try await registry.character(named: "e\u{301}").id == created.id)
        await expect(.characterExists) { _ = try await registry.createCharacter(named: "e\u{301}") }
    }

    @Test func pagesInOrderOfNames() async throws {
        let registry = try await open()
        let names = (0..<25).map { "c\($0)" }.shuffled()
        for name in names { _ = try await registry.createCharacter(named: name) }
        var paged: [String] = []
        while true {
            let page = try await registry.characters(after: paged.last, limit: 7)
            if page.isEmpty { break }
            paged += page.map(\.name)
        }
        #expect(paged == names.sorted())
        // A cursor whose character is gone still works.
        try await registry.removeCharacter(named: "c10")
        #expect(try await registry.characters(after: "c10", limit: 1).first?.name == "c11")
        #expect(try await registry.characters(after: nil, limit: 0).isEmpty)
    }

    @Test func renames() async throws {
        let registry = try await open()
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await registry.createCharacter(named: "Asuka")
        let renamed = try await registry.renameCharacter("Rei", to: "Ayanami")
        #expect(renamed.name == "Ayanami")
        #expect(renamed.imageCount == 1)
        #expect(try await registry.images(of: "Ayanami").first?.characterName == "Ayanami")
        let found = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)
        #expect(found.first?.first?.name == "Ayanami")
        await expect(.characterNotFound) { _ = try await registry.character(named: "Rei") }
        await expect(.characterExists) { _ = try await registry.renameCharacter("Ayanami", to: "Asuka") }
        await expect(.characterNotFound) { _ = try await registry.renameCharacter("Rei", to: "X") }
        #expect(try await registry.renameCharacter("Asuka", to: "Asuka").name == "Asuka")
    }

    @Test func removesWithEverything() async throws {
        let registry = try await open()
        let enrolled = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 0, 0, 0]), newImage(2, [0, 1, 0, 0])], model: modelA)
        #expect(try await registry.removeCharacter(named: "Rei").imageCount == 2)
        let counts = try await registry.counts()
        #expect(counts == RegistryCounts(characters: 0, images: 0, models: 1, classifiers: 0, prototypes: 0))
        for table in ["image_files", "embeddings", "prototypes"] {
            #expect(try await registry.scalar("SELECT count(*) FROM \(table)") == 0)
        }
        let found = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)
        #expect(found == [[]])
        await expect(.characterNotFound) { _ = try await registry.removeCharacter(named: "Rei") }
        // Numbers are never used again.
        let again = try await registry.createCharacter(named: "Rei")
        #expect(again.id > enrolled.character.id)
    }
}
