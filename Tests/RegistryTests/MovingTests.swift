import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Images that move to another character: one by one, by a merge, by a split.
@Suite struct MovingTests {
    let scratch = try? ScratchDirectory()

    private func enroll(_ registry: Registry, _ name: String, _ numbers: [Int]) async throws -> [EnrolledImage] {
        let images = numbers.map { newImage($0, [Float($0), 1, 2, 3]) }
        return try await registry.enroll(character: name, images: images, model: modelA).added
    }

    /// The prototypes in memory are those that a rebuild makes of what is stored.
    private func expectSound(_ registry: Registry) async throws {
        let query = [[Float]]([[0, 0, 0, 0]])
        let before = try registry.search(queries: query, model: modelA, top: 10, temperature: 1)
        _ = try await registry.rebuildPrototypes(character: nil)
        #expect(try registry.search(queries: query, model: modelA, top: 10, temperature: 1) == before)
    }

    @Test func `images move to another character, and to a new one`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1, 2])
        let asuka = try await enroll(registry, "Asuka", [3, 4])
        let move = try await registry.moveImages([rei[0].id, rei[2].id, rei[0].id], to: "Asuka")
        #expect(!move.created && move.moved.map(\.id) == [rei[0].id, rei[2].id] && move.duplicates.isEmpty)
        #expect(move.character.images == 4 && move.moved.allSatisfy { $0.character == "Asuka" })
        #expect(try await registry.prototype(of: "Asuka")?.count == 4)
        #expect(try await registry.prototype(of: "Rei")?.count == 1)
        try await expectSound(registry)

        let split = try await registry.moveImages([asuka[0].id], to: "Mari")
        #expect(split.created && split.character.name == "Mari" && split.character.images == 1)
        // The last image leaves a character without a prototype.
        _ = try await registry.moveImages([rei[1].id], to: "Mari")
        #expect(try await registry.prototype(of: "Rei") == nil)
        #expect(!registry.enrolledNames.contains("Rei"))
        try await expectSound(registry)
        #expect(try await registry.imageBytes(rei[1].id) == newImage(1, [1, 1, 2, 3]).bytes)
    }

    @Test func `an image that is there already goes, and one that is at home stays`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1])
        let asuka = try await enroll(registry, "Asuka", [1, 2])
        let move = try await registry.moveImages([rei[1].id, asuka[1].id], to: "Asuka")
        #expect(move.moved.isEmpty && move.duplicates.map(\.id) == [rei[1].id])
        #expect(try await registry.images(of: "Asuka").map(\.id) == asuka.map(\.id))
        await expect(.imageNotFound) { _ = try await registry.image(rei[1].id) }
        try await expectSound(registry)
    }

    @Test func `what was rejected follows a merge, and a move takes it back`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1])
        _ = try await enroll(registry, "Ayanami", [2])
        _ = try await registry.reject(
            character: "Ayanami", images: [newImage(1, [1, 1, 2, 3]), newImage(7, [9, 9, 9, 9])], model: modelA)
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        // Image 1 is enrolled as Rei.
        let kept = try await registry.rejections()
        #expect(kept.map(\.character) == ["Rei"] && kept.map(\.sha256) == [newImage(7, []).sha256])
        #expect(
            registry.rejected(embedding: [9, 9, 9, 9], key: PictureKey(sha256: "", box: nil), model: modelA).keys
                .sorted() == ["Rei"])

        _ = try await enroll(registry, "Asuka", [8])
        _ = try await registry.reject(character: "Asuka", images: [newImage(0, [0, 1, 2, 3])], model: modelA)
        _ = try await registry.moveImages([rei[0].id], to: "Asuka")
        #expect(try await registry.rejections() == kept)
        #expect(registry.rejected(embedding: [0, 1, 2, 3], key: rei[0].key, model: modelA)["Asuka"] == nil)
    }

    @Test func `what cannot be moved moves nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1])
        await expect(.imageNotFound) { _ = try await registry.moveImages([rei[0].id, 99], to: "Asuka") }
        await expect(.invalidName) { _ = try await registry.moveImages([rei[0].id], to: " ") }
        #expect(try await registry.counts().characters == 1)
        #expect(try await registry.images(of: "Rei") == rei)
    }

    @Test func `a merged character's images are the other's, and it is gone after a restart too`() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.scratch(scratch)
        _ = try await enroll(registry, "Rei", [0, 1])
        _ = try await enroll(registry, "Ayanami", [1, 2, 3])
        await expect(.invalidName) { _ = try await registry.mergeCharacter("Rei", into: "Rei ") }
        await expect(.characterNotFound) { _ = try await registry.mergeCharacter("Rei", into: "Asuka") }
        await expect(.characterNotFound) { _ = try await registry.mergeCharacter("Asuka", into: "Rei") }
        let move = try await registry.mergeCharacter("Ayanami", into: "Rei")
        #expect(move.moved.count == 2 && move.duplicates.count == 1 && move.character.images == 4)
        #expect(registry.enrolledNames == ["Rei"])
        try await expectSound(registry)
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(registry.enrolledNames == ["Rei"])
        #expect(try await registry.prototype(of: "Rei")?.count == 4)
        let counts = try await registry.counts()
        #expect(counts.characters == 1 && counts.images == 4)
    }

    @Test func `some images become a new character's`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1, 2, 9])
        let split = try await registry.splitCharacter("Rei", images: [rei[3].id, rei[0].id, rei[3].id], into: "Mari")
        #expect(split.created && split.character.name == "Mari" && split.moved.map(\.id) == [rei[0].id, rei[3].id])
        #expect(try await registry.images(of: "Rei").map(\.id) == [rei[1].id, rei[2].id])
        #expect(try await registry.storedPrototype(of: "Mari")?.vector == [4.5, 1, 2, 3])
        #expect(try await registry.storedPrototype(of: "Rei")?.vector == [1.5, 1, 2, 3])
        #expect(registry.enrolledNames.sorted() == ["Mari", "Rei"])
        #expect(try await registry.audit(limit: 100).contains { $0.action == "character.split" && $0.subject == "Rei" })
    }

    @Test func `what is no split changes nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1])
        let asuka = try await enroll(registry, "Asuka", [5])
        await expect(.invalidSplit) { _ = try await registry.splitCharacter("Rei", images: [], into: "Mari") }
        await expect(.invalidSplit) {
            _ = try await registry.splitCharacter("Rei", images: rei.map(\.id), into: "Mari")
        }
        await expect(.characterExists) {
            _ = try await registry.splitCharacter("Rei", images: [rei[0].id], into: "Asuka")
        }
        await expect(.imageNotFound) {
            _ = try await registry.splitCharacter("Rei", images: [rei[0].id, asuka[0].id], into: "Mari")
        }
        await expect(.imageNotFound) { _ = try await registry.splitCharacter("Rei", images: [99], into: "Mari") }
        await expect(.characterNotFound) {
            _ = try await registry.splitCharacter("Mari", images: [rei[0].id], into: "Other")
        }
        await expect(.invalidName) { _ = try await registry.splitCharacter("Rei", images: [rei[0].id], into: " ") }
        #expect(try await registry.counts().characters == 2)
        #expect(try await registry.images(of: "Rei") == rei)
    }
}
