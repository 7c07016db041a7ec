import API
import Foundation
import Geometry
import Registry

/// The contents of a bundle: every file with its size and its hash. A cast pack is a bundle without pictures, of a format of its own.
struct BundleManifest: Codable, Sendable {
    /// A file of the bundle.
    struct File: Codable, Sendable, Equatable {
        /// Its path in the bundle, separated by slashes.
        let file: String
        let bytes: Int
        /// SHA-256, hexadecimal.
        let sha256: String
    }

    struct Model: Codable, Sendable {
        let name, identity, architecture: String
        let dimensions: Int
    }

    struct Picture: Codable, Sendable {
        let file: File
        /// The source that the user gave when enrolling it.
        let source: String
        /// Where the face is; null for the whole picture. Bundles of version 1 have no boxes.
        let box: PixelBox?
    }

    /// A cast pack that vectors are from.
    struct Pack: Codable, Sendable {
        let name: String
        /// SHA-256 of the pack's own manifest; null in that manifest itself.
        let sha256: String?
    }

    /// Vectors of a character without pictures.
    struct Packed: Codable, Sendable {
        /// The index of the cast pack.
        let pack: Int
        let count: Int
        /// The tensor `embeddings`, a row for each vector, and in a cast pack `prototype`.
        let vectors: File
    }

    struct Character: Codable, Sendable {
        let name: String
        /// Null in bundles of 0.1.0, which knew none.
        let aliases: [String]?
        /// Null in bundles of 0.1.0; empty when the owner gave none.
        let series: String?
        let images: [Picture]
        /// The tensors `embeddings`, one row for each image in the same order, and `prototype`; null when there are no images.
        let vectors: File?
        /// Its vectors without pictures; null for none.
        let packed: [Packed]?
    }

    struct Rejection: Codable, Sendable {
        /// The character that the picture does not show.
        let character: String
        let picture: Picture
    }

    let format: String
    let version: Int
    let createdAt: Date
    /// The model that made the vectors.
    let model: Model
    let head: String
    /// The share of strangers that may be named, if the owner has chosen one; null otherwise.
    let falseAccept: Double?
    let characters: [Character]
    let rejections: [Rejection]
    /// The tensor `embeddings`, one row for each rejection; null when there are none.
    let rejectionVectors: File?
    /// The cast packs that vectors are from: in a cast pack itself alone; null for none.
    let packs: [Pack]?

    static let (format, packFormat) = ("aniwho-bundle", "aniwho-cast-pack")
    /// What this program writes.
    static let (version, packVersion) = (2, 1)
    /// The name of the manifest's own file, and of the file with its hash.
    static let (name, hashName) = (CastPack.manifest, CastPack.manifest + ".sha256")
    /// The largest manifest, in bytes: that of half a million pictures.
    static let maximumBytes = 256 << 20
    /// The names of tensors.
    static let (embeddings, prototype) = ("embeddings", "prototype")

    /// Whether this is a cast pack.
    var isPack: Bool { format == Self.packFormat }

    /// The number of vectors without pictures.
    var packedCount: Int { characters.flatMap { $0.packed ?? [] }.reduce(0) { $0 + $1.count } }

    /// All files of the bundle except for the manifest.
    var files: [File] {
        characters.flatMap {
            $0.images.map(\.file) + ($0.vectors.map { [$0] } ?? []) + ($0.packed ?? []).map(\.vectors)
        }
            + rejections.map(\.picture.file) + (rejectionVectors.map { [$0] } ?? [])
    }
}

extension BundleManifest.Character {
    /// The character without its pictures, as the registry takes it.
    var imported: Import.Character { Import.Character(name: name, aliases: aliases ?? [], series: series ?? "") }
}
