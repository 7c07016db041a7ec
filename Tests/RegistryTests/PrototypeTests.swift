import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Prototypes, and the embeddings that heads are fitted on.
@Suite struct PrototypeTests {
    let scratch = try? ScratchDirectory()

    /// After every addition and removal, the stored prototype and the one searched are the mean of what is left.
    @Test func followEveryChange() async throws {
        let registry = try await Registry.scratch(try #require(scratch), dimensions: 7)
        var numbers = Numbers(seed: 1)
        var supports: [Int64: [Float]] = [:]
        for step in 0..<40 {
            if step % 3 == 2, let victim = supports.keys.sorted().randomElement(using: &numbers) {
                try await registry.removeImage(victim)
                supports[victim] = nil
            } else {
                let image = newImage(step, numbers.floats(7))
                let added = try await registry.enroll(character: "Rei", images: [image], model: modelA).added
                supports[try #require(added.first).id] = image.embedding
            }
            try await check(registry, supports.sorted { $0.key < $1.key }.map(\.value))
        }
    }

    private func check(_ registry: Registry, _ supports: [[Float]]) async throws {
        let stored = try await registry.storedPrototype(of: "Rei")
        let shown = try await registry.prototype(of: "Rei")
        #expect(shown == stored.map { PrototypeSummary(count: $0.count, spread: $0.spread, appearances: [$0.count]) })
        guard !supports.isEmpty else {
            #expect(stored == nil)
            return
        }
        let prototype = try #require(stored)
        let count = Double(supports.count)
        let mean = (0..<7).map { index in supports.reduce(0.0) { $0 + Double($1[index]) } / count }
        let spread =
            (supports.reduce(0.0) { sum, support in
                sum + zip(support, mean).reduce(0.0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
            } / count).squareRoot()
        #expect(prototype.count == supports.count)
        #expect(zip(prototype.vector, mean).allSatisfy { abs(Double($0) - $1) < 1e-7 })
        #expect(abs(prototype.spread - spread) < 1e-6)
        let nearest = try registry.search(queries: [mean.map { Float($0) }], model: modelA, top: 1, temperature: 1)
        #expect(try #require(nearest.first?.first).distance < 1e-6)
    }

    @Test func rebuildGivesTheSame() async throws {
        let registry = try await Registry.scratch(try #require(scratch), dimensions: 5)
        var numbers = Numbers(seed: 2)
        for character in 0..<6 {
            let images = (0..<3).map { newImage(character * 10 + $0, numbers.floats(5)) }
            _ = try await registry.enroll(character: "c\(character)", images: images, model: modelA)
        }
        _ = try await registry.createCharacter(named: "without images")
        let before = try await registry.storedPrototype(of: "c3")
        let query = numbers.floats(5)
        let found = try registry.search(queries: [query], model: modelA, top: 6, temperature: 1)
        try await registry.execute(
            "UPDATE prototypes SET vector = \(TestDatabase.isFile ? "zeroblob(20)" : "decode(repeat('00', 20), 'hex')"), count = 99"
        )
        #expect(try await registry.rebuildPrototypes(character: "c3") == RebuildResult(characters: 1, images: 3))
        #expect(try await registry.storedPrototype(of: "c3") == before)
        #expect(try await registry.rebuildPrototypes(character: nil) == RebuildResult(characters: 6, images: 18))
        #expect(try await registry.storedPrototype(of: "c3") == before)
        #expect(try registry.search(queries: [query], model: modelA, top: 6, temperature: 1) == found)
        #expect(
            try await registry.rebuildPrototypes(character: "without images")
                == RebuildResult(characters: 0, images: 0))
        await expect(.characterNotFound) { _ = try await registry.rebuildPrototypes(character: "nobody") }
    }

    @Test func replacedEmbeddingsOfTheActiveModelCount() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let added = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
            .added
        try await registry.storeEmbeddings(model: modelA, [(try #require(added.first).id, [0, 2, 0, 0])])
        #expect(try await registry.storedPrototype(of: "Rei")?.vector == [0, 2, 0, 0])
        let found = try registry.search(queries: [[0, 2, 0, 0]], model: modelA, top: 1, temperature: 1)
        #expect(found.first?.first?.distance == 0)
    }

    @Test func nearestSupportsAreTheEvidence() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let enrolled = try await registry.enroll(
            character: "Rei",
            images: [newImage(1, [5, 0, 0, 0]), newImage(2, [1, 0, 0, 0]), newImage(3, [2, 0, 0, 0])], model: modelA)
        _ = try await registry.enroll(character: "Asuka", images: [newImage(4, [0, 0, 0, 0])], model: modelA)
        let evidence = try await registry.nearestSupports(
            to: [0, 0, 0, 0], ofCharacter: "Rei", model: modelA, limit: 2)
        #expect(evidence.map(\.distance) == [1, 2])
        #expect(evidence.map(\.image) == [enrolled.added[1], enrolled.added[2]])
        #expect(
            try await registry.nearestSupports(to: [0, 0, 0, 0], ofCharacter: "nobody", model: modelA, limit: 2).isEmpty
        )
        await expect(.modelNotActive) {
            _ = try await registry.nearestSupports(to: [0, 0], ofCharacter: "Rei", model: modelB, limit: 2)
        }
        await expect(.dimensionMismatch) {
            _ = try await registry.nearestSupports(to: [0, 0], ofCharacter: "Rei", model: modelA, limit: 2)
        }
    }

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

    @Test func `a task that is cancelled reads no support`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await enroll(registry, "Rei", 0..<3)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await registry.support(model: modelA)
        }
        let error = await #expect(throws: RegistryError.self) { try await task.value }
        #expect(error?.reason == .interrupted)
        #expect(try await registry.support(model: modelA).characters.count == 1)
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
        try await expectRise(true, "enroll") { _ = try await enroll(registry, "Rei", 0..<3) }
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
