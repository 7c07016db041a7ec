import API
import Foundation
import TestSupport
import Testing

@testable import Registry

@Suite struct CharacterTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    @Test func createsAndFinds() async throws {
        let registry = try await open()
        let before = Date.now
        let created = try await registry.createCharacter(named: " Rei ")
        #expect(created.name == "Rei")
        #expect(created.images == 0)
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
        #expect(renamed.images == 1)
        #expect(try await registry.images(of: "Ayanami").first?.character == "Ayanami")
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
        #expect(try await registry.removeCharacter(named: "Rei").images == 2)
        let counts = try await registry.counts()
        #expect(counts == RegistryCounts(characters: 0, images: 0, models: 1, classifiers: 0, prototypes: 0))
        #expect(try await registry.scalar("SELECT count(*) FROM prototypes") == 0)
        #expect(try await registry.removeOldestTrash(.upTo(1))?.pictures == 2)
        for table in ["image_files", "embeddings"] {
            #expect(try await registry.scalar("SELECT count(*) FROM \(table)") == 0)
        }
        let found = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)
        #expect(found == [[]])
        await expect(.characterNotFound) { _ = try await registry.removeCharacter(named: "Rei") }
        // Numbers are never used again.
        let again = try await registry.createCharacter(named: "Rei")
        #expect(again.id > enrolled.character.id)
    }

    @Test func `no character gets a name that looks like another's`() async throws {
        let registry = try await open()
        _ = try await registry.enroll(character: "Rei Ayanami", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        // What nobody sees makes no other character.
        let same = try await registry.enroll(
            character: "Rei\u{200E}  Ayanami", images: [newImage(2, [1, 0, 0, 0])], model: modelA)
        #expect(!same.created && same.character.name == "Rei Ayanami" && same.character.images == 2)
        #expect(try await registry.character(named: "Rei\u{AD} Ayanami").images == 2)
        let error = await #expect(throws: RegistryError.self) {
            _ = try await registry.enroll(character: "Ｒei Ayanami", images: [newImage(3, [1, 0, 0, 0])], model: modelA)
        }
        #expect(
            error?.code == .characterExists && error?.message.contains("looks like the character 'Rei Ayanami'") == true
        )
        await expect(.characterExists) { _ = try await registry.createCharacter(named: "Rei\u{2063} Ayanami") }
        await expect(.characterExists) { _ = try await registry.moveImages([1], to: "Rei　Ａyanami") }
        _ = try await registry.createCharacter(named: "Asuka")
        await expect(.characterExists) { _ = try await registry.renameCharacter("Asuka", to: "Ｒei Ayanami") }
        await expect(.invalidName) { _ = try await registry.mergeCharacter("Asuka", into: "Asuka\u{FE0F}") }
        await expect(.invalidName) { _ = try await registry.createCharacter(named: "\u{2800}") }
        let missing = await #expect(throws: RegistryError.self) { _ = try await registry.character(named: "Ａsuka") }
        #expect(missing?.code == .characterNotFound && missing?.message.contains("'Asuka' looks like it") == true)
        #expect(try await registry.counts().characters == 2)
        // Its own name may be written otherwise.
        #expect(try await registry.renameCharacter("Asuka", to: "Ａsuka").name == "Ａsuka")
    }

    @Test func `names that 0.1.0 stored are found`() async throws {
        let scratch = try ScratchDirectory()
        var registry = try await Registry.scratch(scratch)
        for name in ["Rei\u{200E}", "Asuka", "Asuka\u{AD}", "\u{2800}", "Shinji  Ikari"] {
            try await registry.execute(
                "INSERT INTO all_characters (name, created_at, updated_at) VALUES ('\(name)', 0, 0)")
        }
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        for name in ["Rei\u{200E}", "Asuka", "Asuka\u{AD}", "\u{2800}", "Shinji  Ikari"] {
            #expect(Array(try await registry.character(named: name).name.utf8) == Array(name.utf8))
        }
        // As they are typed, too.
        #expect(try await registry.character(named: "Rei").name == "Rei\u{200E}")
        #expect(try await registry.character(named: "Shinji Ikari").id == 5)
        let enrolled = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        #expect(!enrolled.created && enrolled.character.id == 1)
        #expect(try await registry.renameCharacter("Rei", to: "Rei").name.utf8.count == 3)
        #expect(try await registry.renameCharacter("\u{2800}", to: "nobody").id == 4)
        #expect(try await registry.removeCharacter(named: "Asuka\u{AD}").id == 3)
        await registry.close()
    }

    @Test func `names of models and tokens and tags look different, too`() async throws {
        let registry = try await open()
        await expect(.modelExists) {
            _ = try await registry.importModel(
                identity: modelB, name: "Ａ", architecture: "resnet12", dimensions: 4, metadata: "{}", bytes: Data([4]))
        }
        #expect(try await registry.model(named: "A\u{200E}").name == "A")
        await expect(.modelExists) {
            _ = try await registry.createJob(kind: .pretrain, name: "A\u{2060}", arguments: [])
        }
        _ = try await registry.createToken(named: "gallery", role: .reader, sha256: digest(1))
        await expect(.tokenExists) {
            _ = try await registry.createToken(named: "gallery\u{200F}", role: .reader, sha256: digest(2))
        }
        _ = try await registry.createCharacter(named: "Rei")
        #expect(
            try await registry.changeTags(of: "Rei", adding: ["pilot", "pilot\u{FE0F}"], removing: []).tags == ["pilot"]
        )
        await expect(.invalidName) { _ = try await registry.changeTags(of: "Rei", adding: ["ｐilot"], removing: []) }
        #expect(try await registry.changeTags(of: "Rei", adding: [], removing: ["pi\u{AD}lot"]).tags.isEmpty)
    }

    @Test func `two characters of a bundle never become one`() async throws {
        let registry = try await open()
        for names in [["Rei", "Rei\u{200E}"], ["Rei", "Ｒei"]] {
            await expect(.characterExists) {
                try await registry.checkImport(of: names.map { .init(name: $0) }, merges: true)
            }
        }
        try await registry.checkImport(of: ["Rei", "rei"].map { .init(name: $0) }, merges: false)
    }
}
