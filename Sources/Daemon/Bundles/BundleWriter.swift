import API
import Embedding
import Foundation
import NeuralNetwork
import Registry

/// Writes a bundle beside its place, and puts it there whole.
struct BundleWriter {
    /// Where it is to be.
    let folder: String
    /// Where it is written. What a daemon that was killed has left there is replaced.
    private let partial: String

    /// - Throws: `bad_bundle` when the path is not absolute; `target_exists` when something is there.
    init(_ path: String) throws(APIError) {
        let place = URL(filePath: path, directoryHint: .notDirectory).standardized
        guard path.hasPrefix("/"), place.path != "/" else {
            throw APIError(.badBundle, "“\(path)” is not the absolute path of a folder")
        }
        guard !FileManager.default.fileExists(atPath: place.path) else {
            throw APIError(.targetExists, "\(place.path) is there already; choose another name")
        }
        folder = place.path
        partial = place.deletingLastPathComponent().appending(path: ".\(place.lastPathComponent).partial").path
    }

    /// - Parameter progress: gets how many pictures of how many are written; what it throws ends the work.
    /// - Throws: `storage`, `storage_full`; the registry's errors; then nothing is left.
    func write(
        _ registry: Registry, progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> WrittenBundle {
        try? FileManager.default.removeItem(atPath: partial)
        do {
            try FileManager.default.createDirectory(
                atPath: partial, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            let manifest = try registry.withSnapshot { try contents($0, progress) }
            let bytes = try JSON.encode(manifest, pretty: true)
            _ = try write(bytes, to: BundleManifest.name)
            let line = "\(ContentHash.sha256(bytes))  \(BundleManifest.name)\n"
            _ = try write(Data(line.utf8), to: BundleManifest.hashName)
            // Once for all files, before they get their name.
            sync()
            try FileManager.default.moveItem(atPath: partial, toPath: folder)
            return WrittenBundle(
                folder: folder, characters: manifest.characters.count,
                images: manifest.characters.reduce(0) { $0 + $1.images.count },
                rejections: manifest.rejections.count,
                bytes: manifest.files.reduce(bytes.count + line.utf8.count) { $0 + $1.bytes })
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            guard let error = error as? CocoaError else { throw error }
            throw APIError(fileError: error, "\(folder) cannot be written")
        }
    }

    private func contents(
        _ snapshot: RegistrySnapshot, _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> BundleManifest {
        let records = try snapshot.characters()
        let total = records.reduce(0) { $0 + $1.imageCount }
        var done = 0
        var folders: Set<String> = []
        var characters: [BundleManifest.Character] = []
        try progress(0, total)
        for record in records {
            let name = Self.folderName(record, taken: &folders)
            var images: [BundleManifest.Picture] = []
            for image in try snapshot.images(of: record) {
                let file = try write(
                    try snapshot.bytes(of: image), to: "images/\(name)/\(image.id).\(image.format)")
                images.append(BundleManifest.Picture(file: file, source: image.source))
                done += 1
                try progress(done, total)
            }
            let embeddings = try snapshot.embeddings(of: record)
            guard embeddings.count == images.count else {
                throw APIError(.notReady, "not all images of \(record.name) are embedded yet; try again in a moment")
            }
            let vectors = try vectors(
                embeddings, try snapshot.prototype(of: record), to: "vectors/\(name).safetensors")
            characters.append(BundleManifest.Character(name: record.name, images: images, vectors: vectors))
        }
        var (rejections, embeddings): ([BundleManifest.Rejection], [[Float]]) = ([], [])
        try snapshot.forEachRejection { record, bytes, embedding in
            let file = try write(bytes, to: "rejections/\(record.id)")
            let picture = BundleManifest.Picture(file: file, source: record.source)
            rejections.append(BundleManifest.Rejection(character: record.characterName, picture: picture))
            embeddings.append(embedding)
        }
        let model = snapshot.model
        return BundleManifest(
            format: BundleManifest.format, version: BundleManifest.version, createdAt: Date(),
            model: .init(
                name: model.name, identity: model.identity, architecture: model.architecture,
                dimensions: model.dimensions),
            head: try snapshot.setting(HeadHost.setting) ?? "mean",
            falseAccept: try snapshot.setting(CalibrationHost.setting).flatMap(Double.init),
            calibration: try calibration(snapshot, records), characters: characters, rejections: rejections,
            rejectionVectors: try vectors(embeddings, nil, to: "rejections.safetensors"))
    }

    private func calibration(
        _ snapshot: RegistrySnapshot, _ characters: [CharacterRecord]
    ) throws -> BundleManifest.Calibration? {
        guard let record = try snapshot.calibration() else { return nil }
        let calibration = try Calibration(record, model: snapshot.model.identity)
        return BundleManifest.Calibration(
            info: calibration.report,
            radii: Dictionary(
                characters.map { ($0.name, calibration.radius(of: $0.id)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// - Returns: nil where there is nothing to write.
    private func vectors(
        _ embeddings: [[Float]], _ prototype: [Float]?, to path: String
    ) throws -> BundleManifest.File? {
        guard let width = embeddings.first?.count else { return nil }
        var tensors = [
            BundleManifest.embeddings: Tensor(shape: [embeddings.count, width], values: embeddings.flatMap(\.self))
        ]
        tensors[BundleManifest.prototype] = prototype.map { Tensor(shape: [width], values: $0) }
        return try write(Safetensors(tensors: tensors).encoded(), to: path)
    }

    private func write(_ bytes: Data, to path: String) throws -> BundleManifest.File {
        let file = URL(filePath: "\(partial)/\(path)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
        return BundleManifest.File(file: path, bytes: bytes.count, sha256: ContentHash.sha256(bytes))
    }

    /// The character's name where a file may have it, else what is left of it with the character's number.
    private static func folderName(_ character: CharacterRecord, taken: inout Set<String>) -> String {
        let plain = character.name.map { $0 == "/" || $0 == "\0" ? "_" : $0 }
        var name = String(plain)
        if name.hasPrefix(".") { name = "_" + name }
        while name.utf8.count > 200 { name.removeLast() }
        if name != character.name || taken.contains(name) { name += " (\(character.id))" }
        taken.insert(name)
        return name
    }
}
