import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Changes of the active model and rollbacks.
@Suite struct ModelChangeTests {
    private let scratch = try? ScratchDirectory()

    /// Two characters of two images each under the models A, which answers, and B.
    private func open() async throws -> Registry {
        let registry = try await Registry.scratch(try #require(scratch))
        for number in 1...4 {
            _ = try await registry.enroll(
                character: "c\(number % 2)", images: [newImage(number, [Float(number), 0, 0, 0])], model: modelA)
        }
        try await add("B", modelB, to: registry)
        return registry
    }

    private func add(_ name: String, _ identity: String, to registry: Registry) async throws {
        _ = try await registry.importModel(
            identity: identity, name: name, architecture: "x", dimensions: 2, metadata: "{}", bytes: Data([4]))
        let images = try await registry.imagesWithoutEmbedding(model: identity, after: nil, limit: 99)
        try await registry.storeEmbeddings(model: identity, images.map { ($0.id, [Float($0.id), 1]) })
    }

    private func vectors(_ registry: Registry) async throws -> [Int64] {
        var counts: [Int64] = []
        for identity in [modelA, modelB, digest(0xC)] {
            counts.append(
                try await registry.scalar(
                    "SELECT count(*) FROM embeddings e JOIN models m ON m.id = e.model WHERE m.identity = '\(identity)'"
                )
                    ?? 0)
        }
        return counts
    }

    @Test func `the settings come back with the model, and go again`() async throws {
        let registry = try await open()
        let keys = ["head", "rate"]
        #expect(try await registry.formerModel() == nil)
        try await registry.setSetting("head", "cl2n")
        _ = try await registry.activateModel(identity: modelB, keeping: keys)
        #expect(try await registry.formerModel()?.model.name == "A")
        #expect(try await registry.formerModel()?.settings == ["head": "cl2n"])
        try await registry.setSetting("head", "mean")
        try await registry.setSetting("rate", "0.1 \"\\")

        let former = try #require(try await registry.formerModel())
        #expect(try await registry.rollBackModel(to: former, keeping: keys) == RebuildResult(characters: 2, images: 4))
        #expect(try await registry.activeModel()?.name == "A")
        #expect(try await registry.setting("head") == "cl2n")
        #expect(try await registry.setting("rate") == nil)
        #expect(try registry.search(queries: [[1, 0, 0, 0]], model: modelA, top: 2, temperature: 1)[0].count == 2)

        let back = try #require(try await registry.formerModel())
        #expect(back.model.name == "B")
        _ = try await registry.rollBackModel(to: back, keeping: keys)
        #expect(try await registry.setting("head") == "mean")
        #expect(try await registry.setting("rate") == "0.1 \"\\")
        #expect(try await registry.audit(limit: 9).contains { $0.action == "model.rollback" && $0.subject == "B" })
    }

    @Test func `an image enrolled since must be embedded first, and nothing changes before`() async throws {
        let registry = try await open()
        _ = try await registry.activateModel(identity: modelB, keeping: ["head"])
        _ = try await registry.enroll(character: "c1", images: [newImage(9, [9, 9])], model: modelB)
        try await registry.setSetting("head", "mean")
        let former = try #require(try await registry.formerModel())
        await expect(.embeddingsMissing) { _ = try await registry.rollBackModel(to: former, keeping: ["head"]) }
        #expect(try await registry.activeModel()?.name == "B")
        #expect(try await registry.setting("head") == "mean")
        #expect(try await registry.embeddingCounts(model: modelA) == EmbeddingCounts(all: 5, embedded: 4))
    }

    @Test func `the vectors of the model before are kept, of others no more`() async throws {
        let registry = try await open()
        try await add("C", digest(0xC), to: registry)
        #expect(try await vectors(registry) == [4, 4, 4])
        _ = try await registry.activateModel(identity: modelB)
        #expect(try await vectors(registry) == [4, 4, 0])
        // The very model that answers changes nothing of what there is to go back to.
        _ = try await registry.activateModel(identity: modelB)
        #expect(try await registry.formerModel()?.model.name == "A")
        // The model kept for a rollback stays.
        await expect(.modelInUse) { try await registry.removeModel(named: "A") }
        #expect(try await registry.formerModel()?.model.name == "A")
        #expect(try await vectors(registry) == [4, 4, 0])
    }

    @Test func `two models are compared on the images that both have seen`() async throws {
        let registry = try await open()
        _ = try await registry.enroll(character: "c1", images: [newImage(9, [9, 0, 0, 0])], model: modelA)
        _ = try await registry.enroll(character: "new", images: [newImage(10, [0, 1, 0, 0])], model: modelA)
        let both = try await registry.supports(model: modelA, shadow: modelB, atMost: nil)
        #expect(both.active.characters.map(\.name) == ["c1", "c0"])
        #expect(both.active.characters.map(\.images) == both.shadow.characters.map(\.images))
        #expect(both.active.characters.map(\.images.count) == [2, 2])
        #expect(both.active.characters[0].embeddings.map { $0[0] } == [1, 3])
        #expect(both.shadow.characters[0].embeddings == both.shadow.characters[0].images.map { [Float($0), 1] })
        await expect(.modelNotActive) { _ = try await registry.supports(model: modelB, shadow: modelA, atMost: nil) }
    }

    @Test func `one change is under way at a time`() async throws {
        let registry = try await open()
        let kinds = JobKind.modelChanges
        let job = try await registry.createModelChange(kind: .useModel, name: "B")
        #expect(job.name == "B" && job.state == .queued)
        #expect(try await registry.createModelChange(kind: .useModel, name: "B") == job)
        await expect(.modelChanging) { _ = try await registry.createModelChange(kind: .tryModel, name: "B") }
        await expect(.modelNotFound) { _ = try await registry.createModelChange(kind: .useModel, name: "none") }
        #expect(try await registry.nextJob(of: [.pretrain]) == nil)
        #expect(try await registry.nextJob(of: kinds) == job)
        _ = try await registry.cancelJob(job.id)
        #expect(try await registry.createModelChange(kind: .tryModel, name: "B").id == job.id + 1)
    }

    /// Were the change kept and its prototypes not read, no answer would ever be of the active model.
    @Test(.onFiles) func `a change whose prototypes cannot be read leaves the former model active`() async throws {
        let scratch = try ScratchDirectory()
        let registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 4, metadata: "{}", bytes: Data([4]))
        _ = try await registry.storeEmbeddings(model: modelB, [(imageID: 1, vector: [0, 1, 0, 0])])
        try await registry.execute(
            """
            CREATE TEMP TRIGGER torn AFTER INSERT ON prototypes
            BEGIN UPDATE prototypes SET vector = X'00' WHERE character = new.character AND model = new.model; END
            """)
        await expect(.storageCorrupt) { _ = try await registry.activateModel(identity: modelB) }
        #expect(try await registry.activeModel()?.name == "A")
        let query: [[Float]] = [[1, 0, 0, 0]]
        #expect(try registry.search(queries: query, model: modelA, top: 1, temperature: 1)[0].map(\.name) == ["Rei"])
        try await registry.execute("DROP TRIGGER torn")
        _ = try await registry.activateModel(identity: modelB)
        #expect(try registry.search(queries: query, model: modelB, top: 1, temperature: 1)[0][0].distance > 1.4)
        await registry.close()
    }
}
