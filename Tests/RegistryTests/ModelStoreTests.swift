import API
import Foundation
import Testing

@testable import Registry

@Suite struct ModelStoreTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    private func importB(into registry: Registry) async throws -> ModelRecord {
        try await registry.importModel(
            identity: modelB, name: "B", architecture: "mobilenetv2", dimensions: 2, metadata: #"{"note":"x"}"#,
            bytes: Data([9, 9]))
    }

    @Test func importsAndLists() async throws {
        let registry = try await open()
        let imported = try await importB(into: registry)
        #expect(imported.identity == modelB && imported.dimensions == 2 && imported.byteCount == 2 && !imported.active)
        #expect(imported.metadata == #"{"note":"x"}"#)
        #expect(try await registry.models().map(\.name) == ["A", "B"])
        #expect(try await registry.model(named: "B") == imported)
        #expect(try await registry.modelBytes(identity: modelB) == Data([9, 9]))
        #expect(try await registry.activeModel()?.identity == modelA)
        await expect(.modelExists) { _ = try await importB(into: registry) }
        await expect(.modelExists) {
            _ = try await registry.importModel(
                identity: digest(7), name: "B", architecture: "x", dimensions: 1, metadata: "{}", bytes: Data())
        }
        await expect(.modelNotFound) { _ = try await registry.model(named: "C") }
        await expect(.modelNotFound) { _ = try await registry.modelBytes(identity: digest(7)) }
        await expect(.modelNotFound) { _ = try await registry.activateModel(identity: digest(7)) }
    }

    @Test func removesInactiveOnly() async throws {
        let registry = try await open()
        _ = try await importB(into: registry)
        await expect(.modelInUse) { _ = try await registry.removeModel(named: "A") }
        #expect(try await registry.removeModel(named: "B").identity == modelB)
        #expect(try await registry.models().map(\.name) == ["A"])
        #expect(try await registry.scalar("SELECT count(*) FROM model_files") == 1)
    }

    /// Embed in the shadow, page by page; swap; roll back.
    @Test func swapsAndRollsBack() async throws {
        let registry = try await open()
        for number in 1...5 {
            _ = try await registry.enroll(
                character: "c\(number % 2)", images: [newImage(number, [Float(number), 0, 0, 0])], model: modelA)
        }
        _ = try await importB(into: registry)
        await expect(.embeddingsMissing) { _ = try await registry.activateModel(identity: modelB) }
        #expect(try await registry.activeModel()?.identity == modelA)

        let first = try await registry.imagesWithoutEmbedding(model: modelB, after: nil, limit: 3)
        #expect(first.count == 3)
        #expect(first.first?.bytes == newImage(1, []).bytes)
        #expect(try await registry.storeEmbeddings(model: modelB, first.map { ($0.id, [Float($0.id), 1]) }) == 3)
        let gone = try #require(first.last?.id)
        try await registry.removeImage(gone)
        // Resumed: what is stored does not come again; an image that vanished meanwhile is skipped.
        let rest = try await registry.imagesWithoutEmbedding(model: modelB, after: nil, limit: 10)
        #expect(rest.count == 2)
        #expect(try await registry.imagesWithoutEmbedding(model: modelB, after: rest[0].id, limit: 10) == [rest[1]])
        let stored = try await registry.storeEmbeddings(
            model: modelB, rest.map { ($0.id, [Float($0.id), 1]) } + [(gone, [0, 0])])
        #expect(stored == 2)

        let before = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 2, temperature: 1)
        #expect(try await registry.activateModel(identity: modelB) == RebuildResult(characters: 2, images: 4))
        #expect(try await registry.activeModel()?.name == "B")
        await expect(.modelNotActive) {
            _ = try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 2, temperature: 1)
        }
        await expect(.dimensionMismatch) {
            _ = try registry.search(queries: [[1, 0, 0, 0]], model: modelB, top: 2, temperature: 1)
        }
        #expect(try registry.search(queries: [[1, 1]], model: modelB, top: 9, temperature: 1).first?.count == 2)
        #expect(try await registry.scalar("SELECT count(DISTINCT model) FROM prototypes") == 1)

        _ = try await registry.activateModel(identity: modelA)
        #expect(try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 2, temperature: 1) == before)
    }

    @Test func refusesWrongEmbeddings() async throws {
        let registry = try await open()
        let enrolled = try await registry.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await importB(into: registry)
        let id = try #require(enrolled.added.first?.id)
        await expect(.dimensionMismatch) { try await registry.storeEmbeddings(model: modelB, [(id, [1, 2, 3])]) }
        await expect(.invalidVector) { try await registry.storeEmbeddings(model: modelB, [(id, [1, .infinity])]) }
        #expect(try await registry.imagesWithoutEmbedding(model: modelB, after: nil, limit: 9).count == 1)
    }
}
