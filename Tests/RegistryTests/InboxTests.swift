import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The inbox.
@Suite struct InboxTests {
    let scratch = try? ScratchDirectory()

    @Test func `pictures are kept once, named and discarded`() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let images = [1, 2, 3, 4, 2].map { newImage($0, [Float($0), 0, 0, 0]) }
        let first = try await registry.keepInInbox(images, model: modelA)
        #expect(first.kept.map(\.sha256) == [2, 3, 4].map(digest) && first.known == 1 && first.enrolled == 1)
        #expect(try await registry.keepInInbox(images, model: modelA).known == 4)
        let ids = first.kept.map(\.id)
        #expect(try await registry.inboxPicture(ids[1]).bytes == newImage(3, []).bytes)
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await registry.inboxPictures() == first.kept)

        let named = try await registry.nameInboxPictures([ids[1], ids[0], ids[1]], character: "Asuka", model: modelA)
        #expect(named.created && named.added.map(\.sha256) == [2, 3].map(digest))
        #expect(try await registry.imageBytes(named.added[0].id) == newImage(2, []).bytes)
        #expect(try await registry.storedPrototype(of: "Asuka")?.vector == [2.5, 0, 0, 0])
        #expect(registry.enrolledNames.sorted() == ["Asuka", "Rei"])
        #expect(try await registry.inboxPictures().map(\.id) == [ids[2]])
        #expect(try await registry.discardInboxPictures([ids[2]]).map(\.id) == [ids[2]])
        #expect(try await registry.inboxPictures().isEmpty)
        let actions = Set(try await registry.audit(limit: 100).map(\.action))
        #expect(actions.isSuperset(of: ["inbox.keep", "inbox.name", "inbox.discard", "image.add"]))
    }

    @Test func `what is enrolled leaves the inbox, and what is not there changes nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let kept = try await registry.keepInInbox([2, 3].map { newImage($0, [1, 2, 3, 4]) }, model: modelA).kept
        _ = try await registry.enroll(character: "Rei", images: [newImage(2, [1, 2, 3, 4])], model: modelA)
        #expect(try await registry.inboxPictures().map(\.id) == [kept[1].id])
        await expect(.imageNotFound) {
            _ = try await registry.nameInboxPictures([kept[1].id, 99], character: "Mari", model: modelA)
        }
        await expect(.imageNotFound) { _ = try await registry.discardInboxPictures([kept[1].id, 99]) }
        await expect(.invalidName) {
            _ = try await registry.nameInboxPictures([kept[1].id], character: "", model: modelA)
        }
        await expect(.dimensionMismatch) { _ = try await registry.keepInInbox([newImage(7, [1])], model: modelA) }
        await expect(.modelNotActive) { _ = try await registry.keepInInbox([newImage(7, [1])], model: modelB) }
        #expect(try await registry.inboxPictures().count == 1)
        #expect(try await registry.counts().characters == 1)
    }

    @Test func `another model finds what it has to embed`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let kept = try await registry.keepInInbox([2, 3].map { newImage($0, [1, 2, 3, 4]) }, model: modelA).kept
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: Data([4]))
        // The inbox keeps no model from becoming active.
        _ = try await registry.activateModel(identity: modelB)
        let waiting = try await registry.inboxPicturesWithoutEmbedding(model: modelB, limit: 10)
        #expect(waiting.map(\.id) == kept.map(\.id) && waiting[0].bytes == newImage(2, []).bytes)
        await expect(.embeddingsMissing) {
            _ = try await registry.nameInboxPictures([kept[0].id], character: "Rei", model: modelB)
        }
        try await registry.storeInboxEmbeddings(
            model: modelB, [(id: kept[0].id, vector: [7, 8]), (id: 99, vector: [0, 0])])
        #expect(try await registry.inboxEmbeddings(model: modelB).map(\.vector) == [[7, 8]])
        _ = try await registry.nameInboxPictures([kept[0].id], character: "Rei", model: modelB)
        #expect(try await registry.storedPrototype(of: "Rei")?.vector == [7, 8])
    }

    @Test func `the inbox has an end`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let full = (1...InboxLimits.pictures).map { newImage($0, [1, 2, 3, 4], bytes: 0) }
        _ = try await registry.keepInInbox(full, model: modelA)
        await expect(.inboxFull) {
            _ = try await registry.keepInInbox([newImage(9999, [1, 2, 3, 4])], model: modelA)
        }
        #expect(try await registry.inboxPictures().count == InboxLimits.pictures)
    }
}
