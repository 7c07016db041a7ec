import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The trash's size, its end, and what backups, checks and changes of the model make of it.
@Suite struct TrashUpkeepTests {
    let scratch = try? ScratchDirectory()

    @Test func `the trash's size is that of its pictures`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let rei = try await registry.images(of: "Rei")
        try await registry.removeImages([rei[0].id])
        _ = try await registry.discardInboxPictures([try await registry.inboxPictures()[0].id])
        try await registry.removeCharacter(named: "Ayanami")
        let changes = try await registry.trash(limit: 10, before: nil)
        #expect(changes.map(\.id) == [3, 2, 1] && changes.map(\.pictures) == [3, 1, 1])
        #expect(changes.map(\.character) == ["Ayanami", nil, "Rei"])
        // Of Ayanami also the two rejected pictures.
        #expect(changes.map(\.bytes) == [3 * 11 + 12 + 11, 12, 11])
        #expect(try await registry.trashSize() == TrashSize(changes: 3, pictures: 5, bytes: 33 + 23 + 12 + 11))
        #expect(try await registry.trash(limit: 1, before: 3).map(\.id) == [2])
        #expect(try await registry.counts().images == 4)
    }

    @Test func `what has been there long enough goes for good`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        try await registry.removeImage(try await registry.numbers("Rei")[0])
        try await registry.removeCharacter(named: "Ayanami")
        let now = Date()
        #expect(try await registry.removeOldestTrash(.madeBy(now - 60)) == nil)
        #expect(try await registry.removeOldestTrash(.madeBy(now + 1))?.pictures == 1)
        #expect(try await registry.trash(limit: 9, before: nil).map(\.id) == [2])
        #expect(try await registry.removeOldestTrash(.upTo(1)) == nil)
        #expect(try await registry.removeOldestTrash(.upTo(2)) == TrashSize(changes: 1, pictures: 3, bytes: 56))
        #expect(try await registry.trashSize() == .none)
        for table in ["all_images", "image_files", "embeddings"] {
            #expect(try await registry.scalar("SELECT count(*) FROM \(table)") == 4, "\(table)")
        }
        #expect(try await registry.scalar("SELECT count(*) FROM rejection_files") == 2)
        #expect(try await registry.scalar("SELECT count(*) FROM all_characters") == 2)
        let actions = try await registry.audit(limit: 5).map(\.action)
        #expect(actions.prefix(2) == ["trash.empty", "trash.expire"])
        await expect(.changeNotFound) { _ = try await registry.undo(expecting: nil) }
        // Numbers are never used again.
        let added = try await registry.enroll(character: "Rei", images: [newImage(50, [1, 2, 3, 4])], model: modelA)
        #expect(try #require(added.added.first).id == 9)
    }

    @Test(.onFiles) func `a backup holds the trash, and a check reads its files`() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.populated(scratch)
        let before = try await VisibleState(registry)
        try await registry.removeCharacter(named: "Ayanami")
        let file = scratch.path + "/backup"
        _ = try registry.backUp(to: try BackupTarget(file, replacing: false, of: registry)) { _, _ in true }
        try await registry.execute("UPDATE image_files SET bytes = X'07' WHERE image = 4")
        await registry.close()
        // The digests of these pictures are made up.
        let summary = try BackupFile.verify(file, digest: madeUpDigest) { _, _ in }
        #expect(summary.counts.images == 5 && summary.counts.characters == 2)
        let error = #expect(throws: RegistryError.self) {
            try Registry.check(directory: scratch.data, digest: madeUpDigest) { _, _ in }
        }
        #expect(error?.message.contains("the file of image 4 has changed") == true)
        let directory = scratch.path + "/restored"
        _ = try BackupFile.restore(
            file, to: directory, replacing: false, digest: madeUpDigest, verifying: { _, _ in }, copying: { _, _ in })
        let restored = try await Registry.open(directory: directory, database: try TestDatabase.address(for: directory))
        _ = try await restored.undo(expecting: nil)
        #expect(try await VisibleState(restored) == before)
        await restored.close()
    }

    /// The number in a picture of ``newImage(_:_:bytes:)``, as a digest.
    private func madeUpDigest(_ bytes: Data) -> String {
        if bytes == Data([1, 2, 3]) { return modelA }
        return digest(Int(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) ?? 0xFFFF)
    }

    @Test func `a change of the model leaves the trash out, and nothing comes back without its vector`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let ayanami = try await registry.numbers("Ayanami")
        try await registry.removeCharacter(named: "Ayanami")
        for (identity, name) in [(modelB, "B"), (digest(0xC), "C")] {
            _ = try await registry.importModel(
                identity: identity, name: name, architecture: "resnet12", dimensions: 2, metadata: "{}",
                bytes: Data(name.utf8))
            let pending = try await registry.imagesWithoutEmbedding(model: identity, after: nil, limit: 100)
            #expect(pending.count == 5)
            #expect(try await registry.embeddingCounts(model: identity) == EmbeddingCounts(all: 7, embedded: 0))
            try await registry.storeEmbeddings(model: identity, pending.map { ($0.id, [Float($0.id), 1]) })
            let rejected = try await registry.rejectionsWithoutEmbedding(model: identity, after: nil, limit: 100)
            try await registry.storeRejectionEmbeddings(model: identity, rejected.map { ($0.id, [Float($0.id), 2]) })
            #expect(try await registry.embeddingCounts(model: identity) == EmbeddingCounts(all: 7, embedded: 7))
            _ = try await registry.activateModel(identity: identity)
        }
        let model = digest(0xC)
        await expect(.embeddingsMissing) { _ = try await registry.undo(expecting: nil) }
        #expect(try await registry.trashSize().changes == 1)
        var pictures = try await registry.trashWithoutEmbedding([1], model: model, limit: 4)
        #expect(pictures.count == 4 && pictures[0].name == "image 4 in the trash" && pictures[0].bytes.first == 0x32)
        try await registry.storeTrashEmbeddings(model: model, pictures.map { ($0, [Float($0.id), 1]) })
        pictures = try await registry.trashWithoutEmbedding([1], model: model, limit: 4)
        #expect(pictures.map(\.name) == ["rejected picture 2 in the trash"])
        await expect(.dimensionMismatch) {
            try await registry.storeTrashEmbeddings(model: model, pictures.map { ($0, [1]) })
        }
        try await registry.storeTrashEmbeddings(model: model, pictures.map { ($0, [7, 7]) })
        // The trash changes no counts while it is the trash.
        #expect(try await registry.embeddingCounts(model: model) == EmbeddingCounts(all: 7, embedded: 7))
        _ = try await registry.undo(expecting: nil)
        #expect(try await registry.numbers("Ayanami") == ayanami)
        #expect(try await registry.prototype(of: "Ayanami")?.count == 3)
        #expect(try await registry.embeddingCounts(model: model) == EmbeddingCounts(all: 12, embedded: 12))
        let answer = try registry.search(queries: [[5, 1]], model: model, top: 1, temperature: 1)[0]
        #expect(answer.first?.name == "Ayanami")
    }
}
