import API
import Foundation
import Testing

@testable import Registry

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
                let image = newImage(step, numbers.vector(7))
                let added = try await registry.enroll(character: "Rei", images: [image], model: modelA).added
                supports[try #require(added.first).id] = image.embedding
            }
            try await check(registry, supports.sorted { $0.key < $1.key }.map(\.value))
        }
    }

    private func check(_ registry: Registry, _ supports: [[Float]]) async throws {
        let stored = try await registry.prototype(of: "Rei")
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
        #expect(prototype.count == supports.count && prototype.model == modelA && prototype.head == "mean")
        #expect(zip(prototype.vector, mean).allSatisfy { abs(Double($0) - $1) < 1e-7 })
        #expect(abs(prototype.spread - spread) < 1e-6)
        let nearest = try registry.search(queries: [mean.map { Float($0) }], model: modelA, top: 1, temperature: 1)
        #expect(try #require(nearest.first?.first).distance < 1e-6)
    }

    @Test func rebuildGivesTheSame() async throws {
        let registry = try await Registry.scratch(try #require(scratch), dimensions: 5)
        var numbers = Numbers(seed: 2)
        for character in 0..<6 {
            let images = (0..<3).map { newImage(character * 10 + $0, numbers.vector(5)) }
            _ = try await registry.enroll(character: "c\(character)", images: images, model: modelA)
        }
        _ = try await registry.createCharacter(named: "without images")
        let before = try await registry.prototype(of: "c3")
        let query = numbers.vector(5)
        let found = try registry.search(queries: [query], model: modelA, top: 6, temperature: 1)
        try await registry.execute("UPDATE prototypes SET vector = zeroblob(20), count = 99")
        #expect(try await registry.rebuildPrototypes(character: "c3") == RebuildResult(characters: 1, images: 3))
        #expect(try await registry.prototype(of: "c3") == before)
        #expect(try await registry.rebuildPrototypes(character: nil) == RebuildResult(characters: 6, images: 18))
        #expect(try await registry.prototype(of: "c3") == before)
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
        #expect(try await registry.prototype(of: "Rei")?.vector == [0, 2, 0, 0])
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
}
