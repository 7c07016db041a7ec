import API
import Embedding
import FewShot
import Foundation
import NeuralNetwork

/// A bundle of which every file has been checked.
struct BundleReader: Sendable {
    let manifest: BundleManifest
    private let folder: String

    /// Checks the manifest, then every file: its path, size and hash.
    /// - Parameter progress: gets the number of files checked and of all files; an error that it throws ends the work.
    /// - Throws: `bad_bundle`, which names the bad file.
    init(_ path: String, progress: (_ done: Int, _ total: Int) throws -> Void) throws {
        guard path.hasPrefix("/") else {
            throw APIError(.badBundle, "“\(path)” is not the absolute path of a folder")
        }
        folder = URL(filePath: path).resolvingSymlinksInPath().standardized.path
        manifest = try Self.manifest(in: folder)
        try check()
        let files = manifest.files
        for (index, file) in files.enumerated() {
            try progress(index, files.count)
            _ = try bytes(of: file)
        }
        try progress(files.count, files.count)
    }

    private static func manifest(in folder: String) throws(APIError) -> BundleManifest {
        guard let bytes = PlainFile.contents("\(folder)/\(BundleManifest.name)", upTo: BundleManifest.maximumBytes),
            let line = PlainFile.contents("\(folder)/\(BundleManifest.hashName)", upTo: 4096)
        else {
            throw APIError(
                .badBundle,
                "\(folder) is not a bundle: cannot read its \(BundleManifest.name) and \(BundleManifest.hashName), which must be plain files of a bundle's size, not links"
            )
        }
        guard
            String(decoding: line, as: UTF8.self).split(separator: " ").first.map(String.init)
                == ContentHash.sha256(bytes)
        else { throw APIError(.badBundle, "\(BundleManifest.name) has changed since it was written: its hash differs") }
        let head: JSONValue
        do { head = try JSON.decode(JSONValue.self, from: bytes) } catch {
            throw APIError(.badBundle, "cannot read \(BundleManifest.name): \(error.message)")
        }
        guard head["format"]?.string == BundleManifest.format else {
            throw APIError(.badBundle, "\(folder) is not a bundle: its manifest has another format")
        }
        guard head["version"]?.integer == Int64(BundleManifest.version) else {
            throw APIError(
                .badBundle,
                "the bundle has version \(head["version"]?.integer.map { String($0) } ?? "none"), but this program reads version \(BundleManifest.version)"
            )
        }
        do { return try JSON.decode(BundleManifest.self, from: bytes) } catch {
            throw APIError(.badBundle, "cannot read \(BundleManifest.name): \(error.message)")
        }
    }

    /// Checks the manifest without reading the files.
    private func check() throws(APIError) {
        var names: Set<String> = []
        for character in manifest.characters {
            guard names.insert(character.name).inserted else {
                throw APIError(.badBundle, "\(BundleManifest.name) names \(character.name) twice")
            }
            guard (character.vectors == nil) == character.images.isEmpty else {
                throw APIError(
                    .badBundle,
                    "\(BundleManifest.name): \(character.name) has images without vectors or vectors without images")
            }
        }
        for rejection in manifest.rejections where !names.contains(rejection.character) {
            throw APIError(
                .badBundle, "\(BundleManifest.name) has a rejection for \(rejection.character), but no such character")
        }
        guard (manifest.rejectionVectors == nil) == manifest.rejections.isEmpty else {
            throw APIError(
                .badBundle, "\(BundleManifest.name) has rejections without vectors or vectors without rejections")
        }
        guard HeadKind(rawValue: manifest.head) != nil, manifest.falseAccept.map(RunCalibration.rates.contains) ?? true
        else {
            throw APIError(
                .badBundle, "\(BundleManifest.name): this version does not know its head or its false_accept")
        }
    }

    /// A file's bytes, after a check of its path, size and hash.
    /// - Throws: `bad_bundle`.
    func bytes(of file: BundleManifest.File) throws(APIError) -> Data {
        let parts = file.file.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) || $0.utf8.contains(0) }) else {
            throw APIError(.badBundle, "“\(file.file)” is not a path inside the bundle")
        }
        let path = "\(folder)/\(file.file)"
        guard let status = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw APIError(.badBundle, "\(file.file) is missing or cannot be read")
        }
        guard status[.type] as? FileAttributeType == .typeRegular,
            URL(filePath: path).resolvingSymlinksInPath().path == path
        else {
            throw APIError(.badBundle, "\(file.file) is not a plain file: a bundle holds only plain files, no links")
        }
        guard (status[.size] as? NSNumber)?.intValue == file.bytes else {
            throw APIError(
                .badBundle, "\(file.file) has changed since it was written: its size is not \(file.bytes) bytes")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw APIError(.badBundle, "\(file.file) is missing or cannot be read")
        }
        guard bytes.count == file.bytes, ContentHash.sha256(bytes) == file.sha256 else {
            throw APIError(.badBundle, "\(file.file) has changed since it was written: its hash differs")
        }
        return bytes
    }

    /// The embeddings in a file.
    /// - Parameter count: the number of rows expected.
    /// - Throws: `bad_bundle` when the file does not hold that many rows of the model's width.
    func embeddings(in file: BundleManifest.File?, count: Int) throws(APIError) -> [[Float]] {
        guard let file else { return [] }
        let tensors: Safetensors
        do { tensors = try Safetensors(try bytes(of: file)) } catch let error as NetworkError {
            throw APIError(.badBundle, "\(file.file): \(error.message)")
        } catch { throw APIError(describing: error) }
        let width = manifest.model.dimensions
        guard let tensor = tensors.tensors[BundleManifest.embeddings], tensor.shape == [count, width] else {
            throw APIError(.badBundle, "\(file.file) does not hold \(count) embeddings of width \(width)")
        }
        return (0..<count).map { Array(tensor.values[$0 * width..<($0 + 1) * width]) }
    }
}
