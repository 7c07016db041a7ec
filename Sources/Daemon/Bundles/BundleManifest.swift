import API
import Foundation

/// What lies in a bundle: every file with its size and its hash.
struct BundleManifest: Codable, Sendable {
    /// A file of the bundle.
    struct File: Codable, Sendable, Equatable {
        /// Its path in the bundle, with slashes.
        let file: String
        let bytes: Int
        /// SHA-256, hexadecimal.
        let sha256: String
    }

    struct Model: Codable, Sendable {
        let name, identity, architecture: String
        let dimensions: Int
    }

    struct Calibration: Codable, Sendable {
        let info: CalibrationReport
        /// By the characters' names.
        let radii: [String: Double]
    }

    struct Picture: Codable, Sendable {
        let file: File
        /// Where it came from, as the user gave it.
        let source: String
    }

    struct Character: Codable, Sendable {
        let name: String
        let images: [Picture]
        /// `embeddings`, a row an image in the order of these, and `prototype`; null where there are no images.
        let vectors: File?
    }

    struct Rejection: Codable, Sendable {
        /// Whom the picture is not.
        let character: String
        let picture: Picture
    }

    let format: String
    let version: Int
    let createdAt: Date
    /// Whose vectors these are.
    let model: Model
    let head: String
    /// The part of strangers that may be accepted; null where the model's own values answer.
    let falseAccept: Double?
    let calibration: Calibration?
    let characters: [Character]
    let rejections: [Rejection]
    /// `embeddings`, a row a rejection; null where there are none.
    let rejectionVectors: File?

    static let format = "aniwho-bundle"
    static let version = 1
    /// The manifest's own name, and that of the file with its hash.
    static let (name, hashName) = ("manifest.json", "manifest.json.sha256")
    /// The names of tensors.
    static let (embeddings, prototype) = ("embeddings", "prototype")

    /// All that the bundle holds but the manifest.
    var files: [File] {
        characters.flatMap { $0.images.map(\.file) + ($0.vectors.map { [$0] } ?? []) }
            + rejections.map(\.picture.file) + (rejectionVectors.map { [$0] } ?? [])
    }
}
