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

    /// - Parameters:
    ///   - pack: writes a cast pack of this choice; nil for a bundle with pictures.
    ///   - placing: gets the path that a file of the complete bundle will have, and the file's identity, right before the bundle gets its name.
    ///   - progress: gets the number of pictures written and of all pictures; an error that it throws ends the work.
    /// - Throws: `storage`, `storage_full`; the registry's errors. Nothing is left on the disk then.
    func write(
        _ registry: Registry, pack: CastPackChoice? = nil,
        placing: (_ file: String, _ identity: FileIdentity, _ bundle: WrittenBundle) -> Void = { _, _, _ in },
        progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> WrittenBundle {
        try? FileManager.default.removeItem(atPath: partial)
        do {
            try FileManager.default.createDirectory(
                atPath: partial, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            let (manifest, leftOut) = try registry.withSnapshot { snapshot in
                try pack.map { try contents(snapshot, of: $0, progress) } ?? contents(snapshot, progress)
            }
            let bytes = try JSON.encode(manifest, pretty: true)
            _ = try write(bytes, to: BundleManifest.name)
            let line = "\(ContentHash.sha256(bytes))  \(BundleManifest.name)\n"
            _ = try write(Data(line.utf8), to: BundleManifest.hashName)
            let bundle = WrittenBundle(
                folder: folder, characters: manifest.characters.count,
                images: manifest.characters.reduce(0) { $0 + $1.images.count },
                rejections: manifest.rejections.count, vectors: manifest.packedCount, leftOut: leftOut,
                bytes: manifest.files.reduce(bytes.count + line.utf8.count) { $0 + $1.bytes })
            // One sync for all files, before the bundle gets its name.
            sync()
            if let identity = FileIdentity(of: "\(partial)/\(BundleManifest.hashName)") {
                placing("\(folder)/\(BundleManifest.hashName)", identity, bundle)
            }
            try FileManager.default.moveItem(atPath: partial, toPath: folder)
            return bundle
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            guard let error = error as? CocoaError else { throw error }
            throw APIError(fileError: error, "cannot write \(folder)")
        }
    }

    /// Writes pictures and vectors.
    /// - Returns: the manifest, and how many vectors of cast packs were left out because another model made them.
    private func contents(
        _ snapshot: RegistrySnapshot, _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> (BundleManifest, leftOut: Int) {
        let records = try snapshot.characters()
        let total = records.reduce(0) { $0 + $1.images - $1.packImages }
        let packs = try snapshot.packs()
        var done = 0
        var folders = FolderNames()
        var characters: [BundleManifest.Character] = []
        try progress(0, total)
        for record in records {
            let name = folders.name(for: record)
            var images: [BundleManifest.Picture] = []
            for image in try snapshot.pictures(of: record) {
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
            var packed: [BundleManifest.Packed] = []
            for (index, pack) in packs.enumerated() where record.packImages > 0 {
                let rows = try snapshot.vectors(of: record, pack: pack.id)
                guard let file = try self.vectors(rows, nil, to: "packs/\(index)/\(name).safetensors") else { continue }
                packed.append(BundleManifest.Packed(pack: index, count: rows.count, vectors: file))
            }
            characters.append(
                BundleManifest.Character(
                    name: record.name, aliases: record.aliases, series: record.series, images: images,
                    vectors: vectors, packed: packed.isEmpty ? nil : packed))
        }
        var (rejections, embeddings): ([BundleManifest.Rejection], [[Float]]) = ([], [])
        try snapshot.forEachRejection { record, bytes, embedding in
            let file = try write(bytes, to: "rejections/\(record.id)")
            let picture = BundleManifest.Picture(file: file, source: record.source, box: record.box)
            rejections.append(BundleManifest.Rejection(character: record.character, picture: picture))
            embeddings.append(embedding)
        }
        let manifest = try BundleManifest(
            of: snapshot, characters, rejections: rejections,
            rejectionVectors: try vectors(embeddings, nil, to: "rejections.safetensors"),
            packs: packs.isEmpty ? nil : packs.map { .init(name: $0.pack.name, sha256: $0.pack.sha256) })
        return (manifest, records.reduce(0) { $0 + $1.restingImages })
    }

    /// - Returns: nil when there is nothing to write.
    func vectors(
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
