import API
import Embedding
import FewShot
import Foundation
import NeuralNetwork

/// A bundle of which every file has been checked and copied into the data directory.
///
/// A bundle may be on a disk that is slow or never answers. It is read once, from beginning to end, before anything else of the daemon
/// waits for it; later only the copies are read.
struct BundleReader: Sendable {
    let manifest: BundleManifest
    private let folder: String
    private let staging: String
    /// The numbers of the copies in ``staging``, by the files' paths in the bundle.
    private var copies: [String: Int] = [:]

    /// Checks the manifest, then checks and copies every file: its path, size and hash.
    /// - Parameters:
    ///   - staging: the folder of the copies. The caller removes it.
    ///   - progress: gets the number of files checked and of all files; an error that it throws ends the work.
    /// - Throws: `bad_bundle`, which names the bad file; `storage_full` if the data directory has no room for the copies and the enrolled
    ///   pictures.
    init(_ path: String, copyingTo staging: String, progress: (_ done: Int, _ total: Int) throws -> Void) throws {
        guard path.hasPrefix("/") else {
            throw APIError(.badBundle, "“\(path)” is not the absolute path of a folder")
        }
        folder = URL(filePath: path).resolvingSymlinksInPath().standardized.path
        self.staging = staging
        manifest = try Self.manifest(in: folder)
        try check()
        let files = manifest.files
        try makeStaging(for: files)
        for (index, file) in files.enumerated() {
            try progress(index, files.count)
            let bytes = try original(file)
            do { try bytes.write(to: URL(filePath: "\(staging)/\(index)")) } catch {
                throw APIError(fileError: error, "cannot copy \(file.file) into the data directory")
            }
            copies[file.file] = index
        }
        try progress(files.count, files.count)
    }

    /// Makes the folder of the copies, if there is room for them and for the same pictures in the registry.
    private func makeStaging(for files: [BundleManifest.File]) throws(APIError) {
        var needed = 0
        for file in files {
            guard file.bytes >= 0, file.bytes <= 1 << 40 else {
                throw APIError(.badBundle, "\(BundleManifest.name) gives \(file.file) \(file.bytes) bytes")
            }
            needed += 2 * file.bytes
        }
        do {
            try? FileManager.default.removeItem(atPath: staging)
            try FileManager.default.createDirectory(
                atPath: staging, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let attributes = try FileManager.default.attributesOfFileSystem(forPath: staging)
            let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? .max
            guard needed <= free else {
                throw APIError(
                    .storageFull,
                    "importing the bundle needs \(needed >> 20) MiB in the data directory, where \(free >> 20) MiB are free"
                )
            }
        } catch let error as APIError { throw error } catch {
            throw APIError(fileError: error, "cannot create \(staging)")
        }
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
        guard let version = head["version"]?.integer, BundleManifest.versions.contains(version) else {
            throw APIError(
                .badBundle,
                "the bundle has version \(head["version"]?.integer.map { String($0) } ?? "none"), but this program reads versions up to \(BundleManifest.version)"
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

    /// The bytes of a file's copy.
    /// - Throws: `storage` when they cannot be read.
    func bytes(of file: BundleManifest.File) throws(APIError) -> Data {
        guard let copy = copies[file.file], let bytes = FileManager.default.contents(atPath: "\(staging)/\(copy)"),
            bytes.count == file.bytes
        else { throw APIError(.storage, "the copy of \(file.file) in \(staging) is missing or has changed") }
        return bytes
    }

    /// A file's bytes from the bundle itself, after a check of its path, size and hash.
    /// - Throws: `bad_bundle`.
    private func original(_ file: BundleManifest.File) throws(APIError) -> Data {
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
        // Of the opened file, so that no FIFO can take its place after the checks.
        guard let bytes = PlainFile.contents(path, upTo: file.bytes) else {
            throw APIError(.badBundle, "\(file.file) is missing or cannot be read")
        }
        guard bytes.count == file.bytes, ContentHash.sha256(bytes) == file.sha256 else {
            throw APIError(.badBundle, "\(file.file) has changed since it was written: its hash differs")
        }
        return bytes
    }

    /// The embeddings of all pictures: the characters' images, then the rejected pictures.
    /// - Throws: `bad_bundle` when a file does not hold as many rows of the model's width as there are pictures.
    func embeddings() throws(APIError) -> [[Float]] {
        var all: [[Float]] = []
        for character in manifest.characters {
            all += try embeddings(in: character.vectors, count: character.images.count)
        }
        return all + (try embeddings(in: manifest.rejectionVectors, count: manifest.rejections.count))
    }

    /// The embeddings in a file.
    /// - Parameter count: the number of rows expected.
    /// - Throws: `bad_bundle` when the file does not hold that many rows of the model's width.
    private func embeddings(in file: BundleManifest.File?, count: Int) throws(APIError) -> [[Float]] {
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
