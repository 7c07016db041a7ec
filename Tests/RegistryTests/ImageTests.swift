import API
import Foundation
import Testing

@testable import Registry

@Suite struct ImageTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    @Test func storesImages() async throws {
        let registry = try await open()
        let images = [newImage(1, [1, 0, 0, 0]), newImage(2, [0, 1, 0, 0])]
        let enrolled = try await registry.enroll(character: "Rei", images: images, model: modelA)
        #expect(enrolled.created)
        #expect(enrolled.character.images == 2)
        #expect(enrolled.duplicates.isEmpty && enrolled.conflicts.isEmpty)
        #expect(try await registry.images(of: "Rei") == enrolled.added)
        for (stored, image) in zip(enrolled.added, images) {
            #expect(stored.character == "Rei")
            let owner = try await registry.scalar("SELECT character FROM images WHERE id = \(stored.id)")
            #expect(owner == enrolled.character.id)
            #expect(stored.sha256 == image.sha256 && stored.format == "png" && stored.source == image.source)
            #expect(stored.width == 12 && stored.height == 34 && stored.bytes == image.bytes.count)
            #expect(try await registry.image(stored.id) == stored)
            #expect(try await registry.imageBytes(stored.id) == image.bytes)
        }
        let more = try await registry.enroll(character: "Rei", images: [newImage(3, [0, 0, 1, 0])], model: modelA)
        #expect(!more.created)
        #expect(more.character.images == 3)
    }

    @Test func reportsDuplicates() async throws {
        let registry = try await open()
        let first = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let second = try await registry.enroll(
            character: "Rei",
            images: [newImage(2, [0, 1, 0, 0]), newImage(1, [1, 0, 0, 0]), newImage(2, [0, 1, 0, 0])],
            model: modelA)
        #expect(second.added.map(\.sha256) == [digest(2)])
        #expect(second.duplicates.map(\.file) == ["1.png", "2.png"])
        #expect(second.duplicates.map(\.image) == first.added + second.added)
        #expect(try await registry.counts().images == 2)
        // Nothing but duplicates changes nothing.
        let audited = try await registry.audit(limit: 100).count
        let third = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        #expect(third.added.isEmpty && third.character == second.character)
        #expect(try await registry.audit(limit: 100).count == audited)
    }

    @Test func reportsConflictsAndStores() async throws {
        let registry = try await open()
        let rei = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let asuka = try await registry.enroll(
            character: "Asuka", images: [newImage(2, [0, 1, 0, 0]), newImage(1, [1, 0, 0, 0])], model: modelA)
        #expect(asuka.added.count == 2)
        #expect(asuka.conflicts == [EnrollImages.Duplicate(file: "1.png", image: try #require(rei.added.first))])
    }

    /// The third of four is bad: neither the character nor any image is stored.
    @Test(arguments: [RegistryError.Reason.dimensionMismatch, .invalidVector])
    func oneBadImageEnrollsNone(reason: RegistryError.Reason) async throws {
        let registry = try await open()
        let bad: [Float] = reason == .dimensionMismatch ? [1, 2, 3] : [1, 2, .nan, 4]
        let images = [
            newImage(1, [1, 0, 0, 0]), newImage(2, [0, 1, 0, 0]), newImage(3, bad), newImage(4, [0, 0, 0, 1]),
        ]
        let before = try await registry.audit(limit: 100)
        let error = await #expect(throws: RegistryError.self) {
            _ = try await registry.enroll(character: "Rei", images: images, model: modelA)
        }
        #expect(error?.reason == reason)
        #expect(error?.message.contains("image 3") == true)
        #expect(
            try await registry.counts()
                == RegistryCounts(characters: 0, images: 0, models: 1, classifiers: 0, prototypes: 0))
        #expect(try await registry.audit(limit: 100) == before)
        // Errors past validation, from the database itself, take back what came before them as well.
        try await registry.refuseRows(of: "embeddings", where: "image", above: 1)
        await expect(.storageFailure) {
            _ = try await registry.enroll(character: "Rei", images: Array(images.prefix(2)), model: modelA)
        }
        #expect(
            try await registry.counts()
                == RegistryCounts(characters: 0, images: 0, models: 1, classifiers: 0, prototypes: 0))
        #expect(try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 3, temperature: 1) == [[]])
    }

    @Test func needsTheActiveModel() async throws {
        let registry = try await open()
        await expect(.modelNotActive) {
            _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelB)
        }
        await expect(.invalidName) { _ = try await registry.enroll(character: " ", images: [], model: modelA) }
        #expect(try await registry.counts().characters == 0)
    }

    @Test func removesImages() async throws {
        let registry = try await open()
        let enrolled = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 0, 0, 0]), newImage(2, [0, 1, 0, 0])], model: modelA)
        let first = try #require(enrolled.added.first)
        #expect(try await registry.removeImage(first.id) == first)
        #expect(try await registry.images(of: "Rei") == Array(enrolled.added.dropFirst()))
        await expect(.imageNotFound) { _ = try await registry.removeImage(first.id) }
        await expect(.imageNotFound) { _ = try await registry.image(first.id) }
        await expect(.imageNotFound) { _ = try await registry.imageBytes(first.id) }
        try await registry.removeImage(try #require(enrolled.added.last).id)
        #expect(try await registry.character(named: "Rei").images == 0)
        #expect(try await registry.counts().prototypes == 0)
        #expect(try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1) == [[]])
    }

    @Test func `several images are removed together or not at all`() async throws {
        let registry = try await open()
        for (name, first) in [("Rei", 1), ("Asuka", 3)] {
            _ = try await registry.enroll(
                character: name,
                images: [newImage(first, [1, 0, 0, 0]), newImage(first + 1, [0, 1, 0, 0])], model: modelA)
        }
        let before = try await registry.audit(limit: 100)
        let error = await #expect(throws: RegistryError.self) { try await registry.removeImages([1, 98, 3, 99]) }
        #expect(error?.code == .imageNotFound && error?.message.contains("98, 99") == true)
        #expect(try await registry.counts().images == 4)
        #expect(try await registry.audit(limit: 100) == before)
        #expect(try await registry.removeImages([3, 1, 3]).map(\.id) == [3, 1])
        #expect(try await registry.images(of: "Rei").map(\.id) == [2])
        #expect(try await registry.audit(limit: 2).map(\.action) == ["image.remove", "image.remove"])
        #expect(try await registry.storedPrototype(of: "Asuka")?.count == 1)
        let nearest = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)[0]
        #expect(nearest.allSatisfy { $0.distance > 1.4 })
    }
}
