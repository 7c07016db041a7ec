import API
import Foundation
import Testing

@testable import Registry

/// A character that becomes two.
@Suite struct SplittingTests {
    let scratch = try? ScratchDirectory()

    private func enroll(_ registry: Registry, _ name: String, _ numbers: [Int]) async throws -> [ImageRecord] {
        let images = numbers.map { newImage($0, [Float($0), 1, 2, 3]) }
        return try await registry.enroll(character: name, images: images, model: modelA).added
    }

    @Test func `some images become a new character's`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", [0, 1, 2, 9])
        let split = try await registry.splitCharacter("Rei", images: [rei[3].id, rei[0].id, rei[3].id], into: "Mari")
        #expect(split.created && split.character.name == "Mari" && split.moved.map(\.id) == [rei[0].id, rei[3].id])
        #expect(try await registry.images(of: "Rei").map(\.id) == [rei[1].id, rei[2].id])
        #expect(try await registry.prototype(of: "Mari")?.vector == [4.5, 1, 2, 3])
        #expect(try await registry.prototype(of: "Rei")?.vector == [1.5, 1, 2, 3])
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
