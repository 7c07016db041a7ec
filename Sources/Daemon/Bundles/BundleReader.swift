import API
import Embedding
import Foundation
import Registry

/// A bundle of which every file has been checked and copied into the data directory.
///
/// A bundle may be on a disk that is slow or never answers. It is read once, from beginning to end, before anything else of the daemon
/// waits for it; later only the copies are read.
struct BundleReader: Sendable {
    let manifest: BundleManifest
    /// SHA-256 of the manifest's bytes, hexadecimal.
    let manifestHash: String
    private let folder: String
    private let staging: String
    /// The numbers of the copies in ``staging``, by the files' paths in the bundle.
    private var copies: [String: Int] = [:]

    /// Checks the manifest, then checks and copies every file: its path, size and hash.
    /// - Parameters:
    ///   - staging: the folder of the copies. The caller removes it.
    ///   - demand: whose signature the manifest must have; nil for no demand.
    ///   - check: what else must hold for the manifest, before its files are looked at.
    ///   - progress: gets the number of files checked and of all files; an error that it throws ends the work.
    /// - Throws: `bad_bundle`, which names the bad file; `storage_full` if the data directory has no room for the copies and the enrolled
    ///   pictures.
    init(
        _ path: String, copyingTo staging: String, signedAs demand: BundleSignature? = nil,
        check: (BundleManifest) throws -> Void = { _ in }, progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws {
        guard path.hasPrefix("/") else {
            throw APIError(.badBundle, "“\(path)” is not the absolute path of a folder")
        }
        folder = URL(filePath: path).resolvingSymlinksInPath().standardized.path
        self.staging = staging
        let bytes = try Self.manifest(in: folder)
        manifest = try BundleManifest(reading: bytes, of: folder)
        manifestHash = ContentHash.sha256(bytes)
        try check(manifest)
        if let demand {
            let signature = PlainFile.contents("\(folder)/\(CastPack.signature)", upTo: BundleSignature.mostBytes)
            try demand.check(signature, of: bytes, staging: staging)
        }
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

    private static func manifest(in folder: String) throws(APIError) -> Data {
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
        return bytes
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
        return try BundleVectors(
            try bytes(of: file), of: file.file, count: count, width: manifest.model.dimensions
        ).rows
    }

    /// The vectors of the character at an index that have no pictures.
    /// - Throws: `bad_bundle` as ``BundleVectors``, and for a prototype that is not the mean of its vectors.
    func packedVectors(_ place: Int) throws(APIError) -> [NewVector] {
        var all: [NewVector] = []
        for packed in manifest.characters[place].packed ?? [] {
            let vectors = try BundleVectors(
                try bytes(of: packed.vectors), of: packed.vectors.file, count: packed.count,
                width: manifest.model.dimensions)
            if manifest.isPack { try vectors.checkPrototype() }
            all += vectors.rows.map { row in
                NewVector(pack: packed.pack, sha256: ContentHash.sha256(BundleVectors.stored(row)), embedding: row)
            }
        }
        return all
    }

    /// The cast packs that ``packedVectors(_:)`` are from.
    /// - Parameter signer: whose signature of this bundle was checked.
    func packs(signedBy signer: String?) -> [NewPack] {
        (manifest.packs ?? []).map { pack in
            NewPack(
                name: pack.name, sha256: pack.sha256 ?? manifestHash, signer: manifest.isPack ? signer : nil)
        }
    }
}
