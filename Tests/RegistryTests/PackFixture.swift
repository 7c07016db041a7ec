import API
import Foundation

@testable import Registry

extension NewPack {
    static let stars = NewPack(name: "Stars", sha256: digest(0x5A), signer: nil)
}

extension Import {
    /// A cast pack with vectors of characters. Each vector's hash follows from a number.
    static func pack(
        _ cast: [(name: String, vectors: [(Int, [Float])])], _ pack: NewPack = .stars, merges: Bool = false
    ) -> Import {
        let vectors = cast.map { $0.vectors.map { NewVector(pack: 0, sha256: digest($0.0), embedding: $0.1) } }
        return Import(
            characters: cast.map { Character(name: $0.name) }, images: { _ in [] }, rejections: 0,
            rejection: { _ throws(RegistryError) in throw RegistryError(.badBundle, "none") }, packs: [pack],
            vectors: { vectors[$0] }, merges: merges, settings: [:], source: "/pack",
            told: ImportedBundle(characters: cast.count))
    }

    /// Mari with two vectors, and Rei with one.
    static let stars = pack([
        ("Mari", [(0x101, [8, 0, 0, 0]), (0x102, [10, 0, 0, 0])]), ("Rei", [(0x103, [0, 1, 2, 4])]),
    ])
}

extension Registry {
    /// A registry where Rei has two pictures, Asuka has one, and the pack of the stars brings Mari and a vector of Rei.
    static func withPack(_ scratch: ScratchDirectory) async throws -> Registry {
        let registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(
            character: "Rei", images: [newImage(1, [0, 1, 2, 3]), newImage(2, [0, 1, 2, 5])], model: modelA)
        _ = try await registry.enroll(character: "Asuka", images: [newImage(3, [4, 1, 2, 3])], model: modelA)
        let pack = Import.pack(
            [("Mari", [(0x101, [8, 0, 0, 0]), (0x102, [10, 0, 0, 0])]), ("Rei", [(0x103, [0, 1, 2, 4])])], merges: true)
        _ = try await registry.enroll(pack, model: modelA)
        return registry
    }

    /// Makes another model the active one, which embeds every picture as (number, 0).
    func useModel(_ identity: String, name: String) throws {
        if try models().allSatisfy({ $0.identity != identity }) {
            _ = try importModel(
                identity: identity, name: name, architecture: "resnet12", dimensions: 2, metadata: "{}",
                bytes: Data(name.utf8))
        }
        let missing = try imagesWithoutEmbedding(model: identity, after: nil, limit: 100)
        try storeEmbeddings(
            model: identity,
            missing.map { (imageID: $0.id, vector: identity == modelA ? [0, 0, 0, 1] : [Float($0.id), 0]) })
        _ = try activateModel(identity: identity)
    }
}
