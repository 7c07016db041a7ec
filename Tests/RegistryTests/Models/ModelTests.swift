import API
import Foundation
import TestSupport
import Testing

@testable import Registry

@Suite struct ModelTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    private func importB(into registry: Registry) async throws -> ModelSummary {
        try await registry.importModel(
            identity: modelB, name: "B", architecture: "mobilenetv2", dimensions: 2, metadata: #"{"note":"x"}"#,
            bytes: Data([9, 9]))
    }

    @Test func importsAndLists() async throws {
        let registry = try await open()
        let imported = try await importB(into: registry)
        #expect(imported.identity == modelB && imported.dimensions == 2 && imported.bytes == 2 && !imported.active)
        #expect(
            try await registry.scalar(#"SELECT count(*) FROM models WHERE name = 'B' AND metadata = '{"note":"x"}'"#)
                == 1)
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

    /// A model's file, vectors and calibration go with it; those of others stay.
    @Test func removesWhatBelongsToTheModel() async throws {
        let registry = try await open()
        _ = try await registry.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await registry.reject(character: "c", images: [newImage(2, [0, 1, 0, 0])], model: modelA)
        _ = try await registry.keepInInbox([newImage(3, [0, 0, 1, 0])], model: modelA)
        _ = try await importB(into: registry)
        try await registry.storeEmbeddings(model: modelB, [(1, [1, 1])])
        let rejection = try #require(try await registry.rejections().first?.id)
        try await registry.storeRejectionEmbeddings(model: modelB, [(rejectionID: rejection, vector: [1, 2])])
        let picture = try #require(try await registry.inboxPictures().first?.id)
        try await registry.storeInboxEmbeddings(model: modelB, [(id: picture, vector: [2, 1])])
        try await registry.storeCalibration(
            StoredCalibration(identity: digest(5), value: "{}", madeAt: Date()), model: modelB)
        let tables = [
            "model_files", "embeddings", "rejection_embeddings", "unknown_embeddings", "calibrations",
        ]
        func counts() async throws -> [Int64] {
            var counts: [Int64] = []
            for table in tables { counts.append(try await registry.scalar("SELECT count(*) FROM \(table)") ?? -1) }
            return counts
        }
        #expect(try await counts() == [2, 2, 2, 2, 1])
        try await registry.removeModel(named: "B")
        #expect(try await counts() == [1, 1, 1, 1, 0])
        if TestDatabase.isFile {
            #expect(try await registry.scalar("SELECT count(*) FROM pragma_foreign_key_check") == 0)
        }
        let entry = try #require(try await registry.audit(limit: 1).first)
        #expect(entry.action == "model.remove" && entry.subject == "B" && entry.detail["identity"] == .string(modelB))
        #expect(try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 1, temperature: 1)[0].count == 1)
        await expect(.modelNotFound) { try await registry.removeModel(named: "B") }
        await expect(.invalidName) { try await registry.removeModel(named: "") }
        // The name and the file are free again.
        _ = try await importB(into: registry)
    }

    @Test func keepsAModelThatAJobChangesTo() async throws {
        let registry = try await open()
        _ = try await importB(into: registry)
        let job = try await registry.createModelChange(kind: .useModel, name: "B")
        await expect(.modelInUse) { try await registry.removeModel(named: "B") }
        _ = try await registry.cancelJob(job.id)
        try await registry.removeModel(named: "B")
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
