import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Pictures that are not of a character: remembered, applied, forgotten.
@Suite struct RejectionTests {
    let scratch = try? ScratchDirectory()

    /// Rei's supports lie at (0, 0, 0, 0) and (2, 0, 0, 0), Asuka's at (9, 0, 0, 0).
    private func enrolled() async throws -> Registry {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = [newImage(1, [0, 0, 0, 0]), newImage(2, [2, 0, 0, 0])]
        _ = try await registry.enroll(character: "Rei", images: rei, model: modelA)
        _ = try await registry.enroll(character: "Asuka", images: [newImage(3, [9, 0, 0, 0])], model: modelA)
        return registry
    }

    /// Rejected 3 away from Rei's nearest support: its reach is 1.
    private let rejected = newImage(10, [5, 0, 0, 0])

    @Test func `the rule: the very bytes, or within a third of the way to the nearest support`() async throws {
        let registry = try await enrolled()
        let result = try await registry.reject(character: "Rei", images: [rejected], model: modelA)
        #expect(result.map(\.created) == [true] && result[0].rejection.character == "Rei")
        func names(_ place: Float, _ sha256: String = digest(99)) -> [String: Int64] {
            registry.rejected(
                embedding: [place, 0, 0, 0], key: PictureKey(sha256: sha256, box: nil), model: modelA)
        }
        #expect(names(5) == ["Rei": 1] && names(4.01) == ["Rei": 1] && names(5.99) == ["Rei": 1])
        #expect(names(3.99).isEmpty && names(6.01).isEmpty && names(9).isEmpty)
        #expect(names(0, rejected.sha256) == ["Rei": 1])
        // A nearer support shrinks the reach to 1/3, and its removal gives it back.
        let near = try await registry.enroll(character: "Rei", images: [newImage(4, [4, 0, 0, 0])], model: modelA)
        #expect(names(4.5).isEmpty && names(4.7) == ["Rei": 1])
        _ = try await registry.removeImage(near.added[0].id)
        #expect(names(4.5) == ["Rei": 1])
    }

    @Test func `a second time changes nothing, a removal forgets`() async throws {
        let registry = try await enrolled()
        _ = try await registry.reject(character: "Rei", images: [rejected], model: modelA)
        let again = try await registry.reject(character: "Rei", images: [rejected, rejected], model: modelA)
        #expect(again.map(\.created) == [false, false] && again.map(\.rejection.id) == [1, 1])
        _ = try await registry.reject(character: "Asuka", images: [rejected], model: modelA)
        #expect(try await registry.rejections().map(\.character) == ["Rei", "Asuka"])
        #expect(try await registry.removeRejection(1).source == "folder/10.png")
        #expect(
            registry.rejected(embedding: rejected.embedding, key: rejected.key, model: modelA) == ["Asuka": 2])
        await expect(.rejectionNotFound) { _ = try await registry.removeRejection(1) }
        #expect(
            try await registry.audit(limit: 9).map(\.action).prefix(3)
                == ["rejection.remove", "rejection.add", "rejection.add"])
    }

    @Test func `bad input stores nothing`() async throws {
        let registry = try await enrolled()
        func reject(_ name: String, _ images: [NewImage]) async throws {
            _ = try await registry.reject(character: name, images: images, model: modelA)
        }
        await expect(.characterNotFound) { try await reject("Misato", [rejected]) }
        await expect(.dimensionMismatch) { try await reject("Rei", [rejected, newImage(11, [1])]) }
        await expect(.invalidVector) { try await reject("Rei", [rejected, newImage(11, [.nan, 0, 0, 0])]) }
        await expect(.imageEnrolled) { try await reject("Rei", [rejected, newImage(2, [2, 0, 0, 0])]) }
        await expect(.modelNotActive) {
            _ = try await registry.reject(character: "Rei", images: [rejected], model: modelB)
        }
        #expect(try await registry.rejections().isEmpty)
        #expect(registry.rejected(embedding: rejected.embedding, key: rejected.key, model: modelA).isEmpty)
    }

    @Test func `it follows a rename, ends with the character, and yields to an enrollment`() async throws {
        let registry = try await enrolled()
        _ = try await registry.reject(character: "Rei", images: [rejected], model: modelA)
        _ = try await registry.reject(character: "Asuka", images: [newImage(12, [7, 0, 0, 0])], model: modelA)
        func names() -> [String: Int64] {
            registry.rejected(embedding: rejected.embedding, key: rejected.key, model: modelA)
        }
        _ = try await registry.renameCharacter("Rei", to: "Ayanami")
        #expect(names() == ["Ayanami": 1])
        _ = try await registry.removeCharacter(named: "Asuka")
        #expect(try await registry.rejections().map(\.id) == [1])
        #expect(try await registry.removeOldestTrash(.upTo(1)) != nil)
        #expect(try await registry.scalar("SELECT count(*) FROM rejection_files") == 1)
        #expect(try await registry.scalar("SELECT count(*) FROM rejection_embeddings") == 1)
        _ = try await registry.enroll(character: "Ayanami", images: [rejected], model: modelA)
        #expect(names().isEmpty)
        #expect(try await registry.rejections().isEmpty)
        #expect(try await registry.audit(limit: 1).map(\.action) == ["rejection.withdraw"])
    }

    @Test func `rebuilds, restarts and changes of the model leave it alone`() async throws {
        let scratch = try #require(scratch)
        var registry = try await enrolled()
        _ = try await registry.reject(character: "Rei", images: [rejected], model: modelA)
        _ = try await registry.rebuildPrototypes(character: nil)
        #expect(
            registry.rejected(embedding: [5, 0, 0, 0], key: PictureKey(sha256: digest(99), box: nil), model: modelA)
                == ["Rei": 1])
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(
            registry.rejected(embedding: [5, 0, 0, 0], key: PictureKey(sha256: digest(99), box: nil), model: modelA)
                == ["Rei": 1])
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: .init([9]))
        try await registry.storeEmbeddings(model: modelB, [(1, [0, 0]), (2, [0, 3]), (3, [9, 9])])
        // The rejected picture, too, needs its vector before the model may answer.
        await expect(.embeddingsMissing) { _ = try await registry.activateModel(identity: modelB) }
        let pending = try await registry.rejectionsWithoutEmbedding(model: modelB, after: nil, limit: 9)
        #expect(pending == [PendingImage(id: 1, bytes: rejected.bytes)])
        #expect(try await registry.storeRejectionEmbeddings(model: modelB, [(1, [0, 6]), (7, [1, 1])]) == 1)
        _ = try await registry.activateModel(identity: modelB)
        #expect(
            registry.rejected(embedding: [0, 5.1], key: PictureKey(sha256: digest(99), box: nil), model: modelB) == [
                "Rei": 1
            ])
        #expect(
            registry.rejected(embedding: [0, 4.9], key: PictureKey(sha256: digest(99), box: nil), model: modelB).isEmpty
        )
        // Vectors of two models never meet; bytes are the same under any.
        #expect(
            registry.rejected(embedding: [5, 0, 0, 0], key: PictureKey(sha256: digest(99), box: nil), model: modelA)
                .isEmpty)
        #expect(registry.rejected(embedding: [1, 1], key: rejected.key, model: modelB) == ["Rei": 1])
    }
}
