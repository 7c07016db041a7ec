import API
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Cast packs when the model changes, in backups, and when what is old goes.
@Suite struct PackModelTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test func `vectors rest under another model, and count again under their own`() async throws {
        let registry = try await Registry.withPack(scratch)
        let before = try await VisibleState(registry)
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: Data("B".utf8))
        let resting = try await registry.restingPacks(under: modelB)
        #expect(resting == RestingPacks(packs: ["Stars"], unnamed: ["Mari"], weaker: ["Rei"], vectors: 3))
        #expect(try await registry.restingPacks(under: modelA).isNone)
        // Each name once, in the order of the packs' numbers; a pack without vectors is none.
        for (number, name) in [(0x61, "Cast"), (0x62, "Stars"), (0x63, "Gone")] {
            let pack = NewPack(name: name, sha256: digest(number), signer: nil)
            _ = try await registry.enroll(
                .pack([("Mari", [(number, [Float(number), 0, 0, 0])])], pack, merges: true), model: modelA)
        }
        _ = try await registry.removePack(4)
        #expect(try await registry.restingPacks(under: modelB).packs == ["Stars", "Cast"])
        for number in [3, 2] as [Int64] { _ = try await registry.removePack(number) }

        try await registry.useModel(modelB, name: "B")
        let (mari, rei) = (try await registry.character(named: "Mari"), try await registry.character(named: "Rei"))
        #expect((mari.images, mari.packImages, mari.restingImages) == (2, 2, 2))
        #expect((rei.images, rei.packImages, rei.restingImages) == (3, 1, 1))
        #expect(try await registry.packs().map(\.active) == [false])
        #expect(try await registry.prototype(of: "Mari") == nil)
        #expect(try await registry.storedPrototype(of: "Rei")?.count == 2)
        #expect(try await registry.images(of: "Mari").count == 2)
        #expect(try await registry.rebuildPrototypes(character: nil) == RebuildResult(characters: 2, images: 3))

        // A third model: neither A nor its vectors are kept for a rollback now, but the pack's vectors are.
        try await registry.useModel(digest(0xC), name: "C")
        #expect(try await registry.imagesWithoutEmbedding(model: modelA, after: nil, limit: 9).map(\.id) == [1, 2, 3])
        #expect(try await registry.storedPrototype(of: "Mari") == nil)
        try await registry.useModel(modelA, name: "A")
        #expect(
            try await registry.storedPrototype(of: "Mari")
                == StoredPrototype(vector: [9, 0, 0, 0], count: 2, spread: 1))
        #expect(try await registry.images(of: "Mari") == before.images["Mari"])
    }

    @Test func `a rollback brings the vectors back`() async throws {
        let registry = try await Registry.withPack(scratch)
        let before = try await VisibleState(registry)
        try await registry.useModel(modelB, name: "B")
        let former = try #require(try await registry.formerModel())
        _ = try await registry.rollBackModel(to: former, keeping: [])
        #expect(try await VisibleState(registry) == before)
    }

    @Test func `a pack for the new model takes its place`() async throws {
        let registry = try await Registry.withPack(scratch)
        try await registry.useModel(modelB, name: "B")
        let other = NewPack(name: "Stars", sha256: digest(0x5B), signer: "maker@example.org")
        let imported = try await registry.enroll(
            .pack([("Mari", [(0x301, [7, 7])])], other, merges: true), model: modelB)
        #expect(imported.vectors == 1 && imported.created == 0 && imported.pack == 2)
        let mari = try await registry.character(named: "Mari")
        #expect((mari.images, mari.packImages, mari.restingImages) == (3, 3, 2))
        #expect(try await registry.storedPrototype(of: "Mari")?.vector == [7, 7])
        #expect(try await registry.packs().map(\.signer) == [nil, "maker@example.org"])
        // On the way back it is this one's vectors that rest.
        let resting = try await registry.restingPacks(under: modelA)
        #expect(resting.weaker == ["Mari"] && resting.unnamed.isEmpty && resting.vectors == 1)
        _ = try await registry.removePack(1)
        #expect(try await registry.character(named: "Mari").images == 1)
        #expect(try await registry.storedPrototype(of: "Mari")?.count == 1)
    }

    @Test func `no pack comes in while a job changes the model`() async throws {
        let registry = try await Registry.withPack(scratch)
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: Data("B".utf8))
        _ = try await registry.createModelChange(kind: .useModel, name: "B")
        await expect(.modelChanging) {
            _ = try await registry.enroll(.pack([("Kaworu", [(0x201, [1, 2, 3, 4])])]), model: modelA)
        }
        await expect(.characterNotFound) { _ = try await registry.character(named: "Kaworu") }
    }

    @Test func `a model that a pack needs is kept with its vectors`() async throws {
        let registry = try await Registry.withPack(scratch)
        try await registry.useModel(modelB, name: "B")
        try await registry.useModel(digest(0xC), name: "C")
        await expect(.modelInUse) { _ = try await registry.removeModel(named: "A") }
        let now = Date()
        try await registry.noteUnusedModels(now: now - 100)
        #expect(try await registry.models(unusedSince: now).isEmpty)
        #expect(try await registry.expireVectors(model: modelA) == 0)
        _ = try await registry.removePack(1)
        // Undone, it would need the model again.
        await expect(.modelInUse) { _ = try await registry.removeModel(named: "A") }
        while try await registry.removeOldestTrash(.madeBy(Date() + 10)) != nil {}
        try await registry.noteUnusedModels(now: now - 100)
        #expect(try await registry.models(unusedSince: now).map(\.name) == ["A"])
        _ = try await registry.removeModel(named: "A")
    }

    /// The digests of vectors and of everything else in the registry.
    private static func hash(_ bytes: Data) -> String {
        for (number, vector) in [(0x101, [8, 0, 0, 0]), (0x102, [10, 0, 0, 0]), (0x103, [0, 1, 2, 4])]
            as [(Int, [Float])]
        {
            if bytes == vector.withUnsafeBytes({ Data($0) }) { return digest(number) }
        }
        if bytes == Data([1, 2, 3]) { return modelA }
        if bytes == Data("B".utf8) { return modelB }
        return digest(Int(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) ?? -1)
    }

    @Test(.onFiles, arguments: [false, true])
    func `a backup holds packs, at rest too, and is checked to the vector`(rests: Bool) async throws {
        let registry = try await Registry.withPack(scratch)
        _ = try await registry.removeImages([try await registry.numbers("Mari")[1]])
        if rests { try await registry.useModel(modelB, name: "B") }
        let file = scratch.path + "/backup"
        _ = try registry.backUp(to: BackupTarget(file, replacing: false, of: registry)) { _, _ in true }
        let summary = try BackupFile.verify(file, digest: Self.hash) { _, _ in }
        #expect(summary.counts == (try await registry.counts()))
        let data = scratch.path + "/restored"
        _ = try BackupFile.restore(
            file, to: data, replacing: false, digest: Self.hash, verifying: { _, _ in }, copying: { _, _ in })
        let restored = try await Registry.open(directory: data, database: try TestDatabase.address(for: data))
        #expect(try await restored.packs() == registry.packs())
        #expect(try await restored.images(of: "Mari") == registry.images(of: "Mari"))
        _ = try await restored.undo(expecting: nil)
        #expect(try await restored.packs().map(\.vectors) == [3])
        await restored.close()
    }

    @Test(.onFiles) func `a changed vector of a pack is found`() async throws {
        let registry = try await Registry.withPack(scratch)
        try await registry.useModel(modelB, name: "B")
        let mari = try await registry.numbers("Mari")
        for (fault, text) in [
            (
                "UPDATE embeddings SET vector = X'00000041000000000000000000000001' WHERE image = \(mari[0])",
                "has changed"
            ),
            ("DELETE FROM embeddings WHERE image = \(mari[1])", "is missing"),
        ] {
            try await registry.execute(fault)
            let file = scratch.path + "/\(text)"
            _ = try registry.backUp(to: BackupTarget(file, replacing: false, of: registry)) { _, _ in true }
            let error = #expect(throws: RegistryError.self) {
                _ = try BackupFile.verify(file, digest: Self.hash) { _, _ in }
            }
            #expect(error?.message.contains(text) == true && error?.message.contains("cast pack") == true)
        }
    }
}
