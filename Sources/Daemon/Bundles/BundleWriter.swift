import API
import Embedding
import FewShot
import Foundation
import Geometry
import NeuralNetwork
import Registry

/// Writes a bundle under a temporary name, and renames it when it is complete.
struct BundleWriter {
    /// The bundle's path.
    let folder: String
    /// The temporary path beside it. A folder there is a killed daemon's and is replaced.
    private let partial: String

    /// - Throws: `bad_bundle` when the path is not absolute; `target_exists` when something exists there.
    init(_ path: String) throws(APIError) {
        let place = URL(filePath: path, directoryHint: .notDirectory).standardized
        guard path.hasPrefix("/"), place.path != "/" else {
            throw APIError(.badBundle, "“\(path)” is not the absolute path of a folder")
        }
        guard !FileManager.default.fileExists(atPath: place.path) else {
            throw APIError(.targetExists, "\(place.path) exists already; choose another name")
        }
        folder = place.path
        partial = place.deletingLastPathComponent().appending(path: ".\(place.lastPathComponent).partial").path
    }

    /// - Parameter progress: gets the number of pictures written and of all pictures; an error that it throws ends the work.
    /// - Throws: `storage`, `storage_full`; the registry's errors. Nothing is left on the disk then.
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
            // One sync for all files, before the bundle gets its name.
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
            throw APIError(fileError: error, "cannot write \(folder)")
        }
    }

    private func contents(
        _ snapshot: RegistrySnapshot, _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> BundleManifest {
        let records = try snapshot.characters()
        let total = records.reduce(0) { $0 + $1.images }
        var done = 0
        var folders = FolderNames()
        var characters: [BundleManifest.Character] = []
        try progress(0, total)
        for record in records {
            let name = folders.name(for: record)
            var images: [BundleManifest.Picture] = []
            for image in try snapshot.images(of: record) {
                let file = try write(
                    try snapshot.bytes(of: image), to: "images/\(name)/\(image.id).\(image.format)")
                images.append(BundleManifest.Picture(file: file, source: image.source, box: image.box))
                done += 1
                try progress(done, total)
            }
            let embeddings = try snapshot.embeddings(of: record)
            guard embeddings.count == images.count else {
                throw APIError(.notReady, "not all images of \(record.name) have embeddings yet; try again in a moment")
            }
            let vectors = try vectors(
                embeddings, try snapshot.prototype(of: record), to: "vectors/\(name).safetensors")
            characters.append(
                BundleManifest.Character(
                    name: record.name, aliases: record.aliases, series: record.series, images: images,
                    vectors: vectors))
        }
        var (rejections, embeddings): ([BundleManifest.Rejection], [[Float]]) = ([], [])
        try snapshot.forEachRejection { record, bytes, embedding in
            let file = try write(bytes, to: "rejections/\(record.id)")
            let picture = BundleManifest.Picture(file: file, source: record.source, box: record.box)
            rejections.append(BundleManifest.Rejection(character: record.character, picture: picture))
            embeddings.append(embedding)
        }
        let model = snapshot.model
        return BundleManifest(
            format: BundleManifest.format, version: BundleManifest.version, createdAt: Date(),
            model: .init(
                name: model.name, identity: model.identity, architecture: model.architecture,
                dimensions: model.dimensions),
            head: try snapshot.setting(HeadHost.setting) ?? HeadHost.defaultHead.rawValue,
            falseAccept: try snapshot.setting(CalibrationHost.setting).flatMap(Double.init),
            characters: characters, rejections: rejections,
            rejectionVectors: try vectors(embeddings, nil, to: "rejections.safetensors"))
    }

    /// - Returns: nil when there is nothing to write.
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
}

/// The names of the characters' folders in a bundle. No two are the same, not even on a file system that ignores case.
struct FolderNames {
    private var taken: Set<String> = []

    /// The character's name if it is a valid and unused file name; otherwise a valid part of it, followed by the character's id.
    mutating func name(for character: CharacterSummary) -> String {
        var scalars = String.UnicodeScalarView()
        // A slash before a combining mark is one `Character` with it.
        for scalar in character.name.unicodeScalars { scalars.append(scalar == "/" || scalar == "\0" ? "_" : scalar) }
        var plain = String(scalars)
        if plain.unicodeScalars.first == "." { plain = "_" + plain }
        while plain.utf8.count > 200 { plain.unicodeScalars.removeLast() }
        var name = plain == character.name ? plain : "\(plain) (\(character.id))"
        // Another character may be called what the number makes of this one.
        var copy = 1
        while !taken.insert(name.lowercased()).inserted {
            name = "\(plain) (\(character.id)\(copy == 1 ? "" : ", \(copy)"))"
            copy += 1
        }
        return name
    }
}
