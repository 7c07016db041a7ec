import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Cast packs: vectors without pictures, beside pictures.
@Suite struct PackTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test func `a vector counts as a picture does, and is marked`() async throws {
        let registry = try await Registry.withPack(scratch)
        let packs = try await registry.packs()
        let pack = try #require(packs.first)
        #expect(packs.count == 1 && pack.name == "Stars" && pack.characters == ["Mari", "Rei"] && pack.vectors == 3)
        #expect(pack.model == modelA && pack.modelName == "A" && pack.active && pack.signer == nil)

        #expect(
            try await registry.counts()
                == RegistryCounts(characters: 3, images: 6, packImages: 3, models: 1, classifiers: 0, prototypes: 3))

        let (mari, rei) = (try await registry.character(named: "Mari"), try await registry.character(named: "Rei"))
        #expect((mari.images, mari.packImages, mari.restingImages, mari.pictures) == (2, 2, 0, 0))
        #expect((rei.images, rei.packImages, rei.pictures) == (3, 1, 2))
        #expect(try await registry.character(named: "Asuka").packImages == 0)
        #expect(
            try await registry.storedPrototype(of: "Mari")
                == StoredPrototype(vector: [9, 0, 0, 0], count: 2, spread: 1))
        #expect(try await registry.storedPrototype(of: "Rei")?.count == 3)
        #expect(
            try registry.search(queries: [[9, 0, 0, 0]], model: modelA, top: 1, temperature: 1)[0][0].name == "Mari")
        #expect(try await registry.support(of: "Mari", model: modelA).embeddings == [[8, 0, 0, 0], [10, 0, 0, 0]])
        let near = try await registry.nearestSupports(
            to: [8, 0, 0, 0], ofCharacter: "Mari", model: modelA, limit: 9)
        #expect(near.map(\.image.pack) == ["Stars", "Stars"] && near.map(\.distance) == [0, 2])
        let image = try #require(near.first?.image)
        #expect(image.format == "vector" && image.bytes == 0 && image.source.isEmpty)

        // There is no picture to show, to embed, or to draw a box in.
        for ask in [{ _ = try await registry.imageBytes(image.id) }] {
            let error = await #expect(throws: RegistryError.self) { try await ask() }
            #expect(error?.code == .imageNotFound && error?.message.contains("cast pack 'Stars'") == true)
        }
        await expect(.imageNotFound) {
            _ = try await registry.changeBox(ofImage: image.id, to: nil, embedding: [0, 0, 0, 0], model: modelA)
        }
        #expect(try await registry.firstImage(of: "Mari") == nil)
        #expect(try await registry.firstImage(of: "Rei")?.source == "folder/1.png")
        #expect(try await registry.embeddingCounts(model: modelA) == EmbeddingCounts(all: 3, embedded: 3))
        let entry = try #require(try await registry.audit(limit: 9).first { $0.action == "pack.import" })
        #expect(entry.subject == "Stars" && entry.detail["vectors"] == .integer(3))
    }

    @Test func `pictures of one's own count beside the pack's vectors`() async throws {
        let registry = try await Registry.withPack(scratch)
        let enrolled = try await registry.enroll(
            character: "Mari", images: [newImage(7, [9, 3, 0, 0])], model: modelA)
        #expect(!enrolled.created && enrolled.character.images == 3 && enrolled.character.pictures == 1)
        let prototype = try #require(try await registry.storedPrototype(of: "Mari"))
        #expect(prototype.count == 3 && prototype.vector == [9, 1, 0, 0])
        let neighbor = try registry.search(queries: [[9, 1, 0, 0]], model: modelA, top: 1, temperature: 1)[0][0]
        #expect(neighbor.distance == 0)
    }

    @Test func `the same vector counts once, and the same pack is one pack`() async throws {
        let registry = try await Registry.withPack(scratch)
        let again = try await registry.enroll(
            .pack([("Mari", [(0x101, [8, 0, 0, 0]), (0x104, [9, 0, 0, 0])])], merges: true), model: modelA)
        #expect(again.vectors == 1 && again.duplicates == 1 && again.pack == 1)
        let none = try await registry.enroll(.pack([("Mari", [(0x104, [9, 0, 0, 0])])], merges: true), model: modelA)
        #expect(none.vectors == 0 && none.duplicates == 1 && none.pack == nil)
        #expect(try await registry.packs().map(\.vectors) == [4])
        let error = await #expect(throws: RegistryError.self) { _ = try await registry.enroll(.stars, model: modelA) }
        #expect(error?.code == .characterExists && error?.message.contains("--merge") == true)
    }

    static let refused: [(Import, RegistryError.Reason?)] = [
        (.pack([("Kaworu", [(0x201, [1, 2])])]), .dimensionMismatch),
        (.pack([("Kaworu", [(0x201, [1, 2, .nan, 4])])]), .invalidVector),
        (.pack([("Kaworu", [(0x201, [1e20, 0, 0, 0])])]), .invalidVector),
        (.pack([("Kaworu", [(0x201, [3e38, 3e38, 0, 0])])]), .invalidVector),
        (.pack([("\u{202E}", [(0x201, [1, 2, 3, 4])])]), nil),
        (.pack([("Kaworu", [(0x201, [1, 2, 3, 4])])], NewPack(name: " ", sha256: digest(1), signer: nil)), nil),
        (.pack([("Kaworu", [(0x201, [1, 2, 3, 4])]), ("Shinji", [(0x202, [1])])]), .dimensionMismatch),
    ]

    @Test(arguments: refused.indices) func `what is no pack changes nothing`(index: Int) async throws {
        let registry = try await Registry.withPack(scratch)
        let before = try await VisibleState(registry)
        let error = await #expect(throws: RegistryError.self) {
            _ = try await registry.enroll(Self.refused[index].0, model: modelA)
        }
        #expect(error?.reason == Self.refused[index].1)
        if error?.reason == nil { #expect(error?.code == .invalidName) }
        #expect(try await VisibleState(registry) == before)
        #expect(try await registry.packs().count == 1)
    }

    @Test func `vectors move, merge, split and go into the trash as pictures do`() async throws {
        let registry = try await Registry.withPack(scratch)
        let states = [try await VisibleState(registry)]
        let vectors = try await registry.numbers("Mari")
        _ = try await registry.splitCharacter("Mari", images: [vectors[0]], into: "Ilustrious")
        #expect(try await registry.storedPrototype(of: "Ilustrious")?.vector == [8, 0, 0, 0])
        _ = try await registry.mergeCharacter("Mari", into: "Asuka")
        let asuka = try await registry.character(named: "Asuka")
        #expect(asuka.images == 2 && asuka.packImages == 1)
        _ = try await registry.renameCharacter("Asuka", to: "Langley")
        #expect(try await registry.packs()[0].characters == ["Ilustrious", "Langley", "Rei"])
        _ = try await registry.removeImages([vectors[1]])
        #expect(try await registry.packs()[0].vectors == 2)
        for _ in 0..<1 { _ = try await registry.undo(expecting: nil) }
        _ = try await registry.renameCharacter("Langley", to: "Asuka")
        for _ in 0..<2 { _ = try await registry.undo(expecting: nil) }
        #expect(try await VisibleState(registry) == states[0])
    }

    @Test func `a pack is removed as a whole and comes back as a whole`() async throws {
        var registry = try await Registry.withPack(scratch)
        let before = try await VisibleState(registry)
        let removed = try await registry.removePack(1)
        #expect(removed.removed == ["Mari"] && removed.pack.vectors == 3 && removed.pack.characters == ["Mari", "Rei"])
        #expect(try await registry.packs().isEmpty)
        #expect(try await registry.characters(after: nil, limit: 9).map(\.name) == ["Asuka", "Rei"])
        #expect(try await registry.storedPrototype(of: "Rei")?.count == 2)
        #expect(try registry.search(queries: [[9, 0, 0, 0]], model: modelA, top: 9, temperature: 1)[0].count == 2)
        let change = try #require(try await registry.trash(limit: 9, before: nil).first)
        #expect(change.kind == .packRemove && change.character == "Stars" && change.pictures == 3)
        await expect(.packNotFound) { _ = try await registry.removePack(1) }

        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        let restored = try await registry.undo(expecting: change.id)
        #expect(restored.pictures == 3 && restored.warnings.isEmpty)
        #expect(try await VisibleState(registry) == before)
        #expect(try await registry.packs().map(\.vectors) == [3])
    }

    @Test(arguments: ["alias", "series", "note", "tag"])
    func `what its owner has given alone keeps a character`(kind: String) async throws {
        let registry = try await Registry.withPack(scratch)
        switch kind {
        case "alias": _ = try await registry.changeAliases(of: "Mari", adding: ["Makinami"], removing: [])
        case "series": _ = try await registry.setSeries(of: "Mari", "Harbor Lights")
        case "note": _ = try await registry.setNote(of: "Mari", "with glasses")
        default: _ = try await registry.changeTags(of: "Mari", adding: ["pilot"], removing: [])
        }
        #expect(try await registry.removePack(1).removed.isEmpty)
        let mari = try await registry.character(named: "Mari")
        #expect(mari.images == 0 && mari.aliases.count + mari.series.count + mari.note.count + mari.tags.count > 0)
    }

    /// Mari with two vectors, an alias and a series.
    private func withWritings(isPack: Bool = true) -> Import {
        let stars = Import.stars
        return Import(
            characters: [.init(name: "Mari", aliases: ["Makinami"], series: "Harbor Lights")], images: { _ in [] },
            rejections: 0, rejection: stars.rejection, packs: stars.packs, vectors: stars.vectors, isPack: isPack,
            merges: true, settings: [:], source: "/pack", told: ImportedBundle(characters: 1))
    }

    @Test func `an alias and a series that a pack has brought go with it`() async throws {
        let registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(withWritings(), model: modelA)
        let before = try await registry.character(named: "Makinami")
        #expect(before.name == "Mari" && before.series == "Harbor Lights")
        #expect(try await registry.removePack(1).removed == ["Mari"])
        _ = try await registry.undo(expecting: nil)
        #expect(try await registry.character(named: "Makinami") == before)

        // They are the owner's once the owner writes them.
        _ = try await registry.changeAliases(of: "Mari", adding: [], removing: ["Makinami"])
        _ = try await registry.changeAliases(of: "Mari", adding: ["Makinami"], removing: [])
        #expect(try await registry.removePack(1).removed.isEmpty)
        _ = try await registry.undo(expecting: nil)
        _ = try await registry.changeAliases(of: "Mari", adding: [], removing: ["Makinami"])
        _ = try await registry.setSeries(of: "Mari", "")
        _ = try await registry.setSeries(of: "Mari", "Harbor Lights")
        #expect(try await registry.removePack(1).removed.isEmpty)
    }

    /// A bundle with pictures brings what its owner has given.
    @Test func `what comes with a bundle is its owner's`() async throws {
        let registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(withWritings(isPack: false), model: modelA)
        #expect(try await registry.removePack(1).removed.isEmpty)
        #expect(try await registry.character(named: "Makinami").series == "Harbor Lights")
    }

    @Test func `a character with something of its owner's stays without its pack`() async throws {
        let registry = try await Registry.withPack(scratch)
        _ = try await registry.changeTags(of: "Mari", adding: ["pilot"], removing: [])
        let removed = try await registry.removePack(1)
        #expect(removed.removed.isEmpty)
        let mari = try await registry.character(named: "Mari")
        #expect(mari.images == 0 && mari.tags == ["pilot"])
        #expect(try await registry.prototype(of: "Mari") == nil)
        // It comes back by another import of the pack, and what lies in the trash is then there already.
        _ = try await registry.enroll(.pack([("Mari", [(0x101, [8, 0, 0, 0])])], merges: true), model: modelA)
        let restored = try await registry.undo(expecting: nil)
        #expect(restored.pictures == 2 && restored.warnings == ["1 picture is enrolled there again already"])
        #expect(try await registry.character(named: "Mari").images == 2)
    }
}
