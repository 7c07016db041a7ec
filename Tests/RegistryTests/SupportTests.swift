import API
import Foundation
import Testing

@testable import Registry

/// What a classifier is fitted on, and how it learns that it changed.
@Suite struct SupportTests {
    let scratch = try? ScratchDirectory()

    private func enroll(_ registry: Registry, _ name: String, _ numbers: Range<Int>) async throws -> [[Float]] {
        let images = numbers.map { newImage($0, [Float($0), 1, 2, 3]) }
        _ = try await registry.enroll(character: name, images: images, model: modelA)
        return images.map(\.embedding)
    }

    @Test func `the support is every embedding, in the order of characters and images`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await enroll(registry, "Rei", 0..<3)
        let asuka = try await enroll(registry, "Asuka", 3..<5)
        _ = try await registry.createCharacter(named: "nobody yet")
        let more = try await enroll(registry, "Rei", 5..<7)
        let support = try await registry.support(model: modelA)
        #expect(support.characters.map(\.name) == ["Rei", "Asuka"])
        #expect(support.characters.map(\.embeddings) == [rei + more, asuka])
        #expect(support.characters.map(\.id) == support.characters.map(\.id).sorted())
        #expect(try await registry.supportSizes(model: modelA) == [5, 2])
        #expect(support.revision == registry.supportRevision)
    }

    @Test func `one character's support, and a part of everybody's`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        for number in 0..<6 { _ = try await enroll(registry, "c\(number)", number * 2..<number * 2 + 2) }
        _ = try await registry.createCharacter(named: "nobody yet")
        let all = try await registry.support(model: modelA).characters
        #expect(try await registry.support(of: "c3", model: modelA) == all[3])
        #expect(try await registry.images(of: "c3").map(\.id) == all[3].images)
        #expect(try await registry.support(of: "nobody yet", model: modelA).images.isEmpty)
        await expect(.characterNotFound) { _ = try await registry.support(of: "c9", model: modelA) }
        await expect(.modelNotActive) { _ = try await registry.support(of: "c3", model: modelB) }
        #expect(try await registry.support(model: modelA, atMost: 12).characters == all)
        #expect(try await registry.support(model: modelA, atMost: 6).characters == [all[0], all[2], all[4]])
    }

    @Test func `every change that shows raises the revision, nothing else does`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        var last = registry.supportRevision
        func expectRise(_ rises: Bool, _ what: String, _ change: () async throws -> Void) async throws {
            let before = try await registry.support(model: modelA).characters
            try await change()
            let now = registry.supportRevision
            #expect((now > last) == rises, "\(what)")
            if !rises { #expect(try await registry.support(model: modelA).characters == before, "\(what)") }
            last = now
        }
        try await expectRise(true, "enrol") { _ = try await enroll(registry, "Rei", 0..<3) }
        try await expectRise(false, "a duplicate") { _ = try await enroll(registry, "Rei", 0..<3) }
        try await expectRise(true, "rename") { _ = try await registry.renameCharacter("Rei", to: "Ayanami") }
        try await expectRise(true, "remove an image") { _ = try await registry.removeImage(1) }
        try await expectRise(false, "an image that is not there") { _ = try? await registry.removeImage(1) }
        try await expectRise(true, "rebuild") { _ = try await registry.rebuildPrototypes(character: nil) }
        try await expectRise(true, "rebuild one") { _ = try await registry.rebuildPrototypes(character: "Ayanami") }
        try await expectRise(false, "reading") {
            _ = try await registry.counts()
            _ = try registry.search(queries: [[0, 0, 0, 0]], model: modelA, top: 1, temperature: 1)
        }
        try await expectRise(true, "remove") { _ = try await registry.removeCharacter(named: "Ayanami") }
        #expect(try await registry.support(model: modelA).characters.isEmpty)
    }

    @Test func `the support is the active model's`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await enroll(registry, "Rei", 0..<2)
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: .init([9]))
        await expect(.modelNotActive) { _ = try await registry.support(model: modelB) }
        await expect(.modelNotActive) { _ = try await registry.supportSizes(model: modelB) }
        try await registry.storeEmbeddings(model: modelB, [(1, [5, 6]), (2, [7, 8])])
        let before = registry.supportRevision
        _ = try await registry.activateModel(identity: modelB)
        #expect(registry.supportRevision > before)
        #expect(try await registry.support(model: modelB).characters.map(\.embeddings) == [[[5, 6], [7, 8]]])
        await expect(.modelNotActive) { _ = try await registry.support(model: modelA) }
    }
}
