import API
import FewShot
import Foundation
import Registry

/// What a cast pack is to hold.
struct CastPackChoice: Sendable {
    let name: String
    /// Only characters with it; nil for all.
    let tag: String?
    /// Only characters of it; nil for all.
    let series: String?

    /// - Returns: nil for a bundle with pictures.
    /// - Throws: `bad_request` when a bundle with pictures is given what only a cast pack has; `invalid_name`.
    init?(_ request: WriteBundle.Request) throws {
        guard !request.pictures else {
            guard request.name == nil, request.tag == nil, request.series == nil else {
                throw APIError(
                    .badRequest, "a bundle with pictures holds everything: name, tag and series go with pictures: false"
                )
            }
            return nil
        }
        name = try Registry.packName(request.name ?? URL(filePath: request.folder).lastPathComponent)
        tag = request.tag?.precomposedStringWithCanonicalMapping
        series = request.series?.precomposedStringWithCanonicalMapping
    }

    func takes(_ character: CharacterSummary) -> Bool {
        tag.map(character.tags.contains) ?? true && series.map { $0 == character.series } ?? true
    }
}

extension BundleWriter {
    /// Writes the vectors of a cast, without pictures: those of its pictures and those of cast packs, in one file for each character.
    /// - Returns: the manifest, and how many vectors of cast packs were left out because another model made them.
    /// - Throws: `character_not_found` when nobody has a vector.
    func contents(
        _ snapshot: RegistrySnapshot, of choice: CastPackChoice, _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> (BundleManifest, leftOut: Int) {
        let records = try snapshot.characters().filter(choice.takes)
        var folders = FolderNames()
        var characters: [BundleManifest.Character] = []
        for (index, record) in records.enumerated() {
            try progress(index, records.count)
            let rows = try snapshot.supports(of: record)
            guard rows.count == record.images - record.restingImages else {
                throw APIError(.notReady, "not all images of \(record.name) have embeddings yet; try again in a moment")
            }
            let file = try vectors(
                rows, try snapshot.prototype(of: record), to: "vectors/\(folders.name(for: record)).safetensors")
            // A character without vectors would be a name that no answer gives.
            guard let file else { continue }
            characters.append(
                BundleManifest.Character(
                    name: record.name, aliases: record.aliases, series: record.series, images: [], vectors: nil,
                    packed: [.init(pack: 0, count: rows.count, vectors: file)]))
        }
        try progress(records.count, records.count)
        guard !characters.isEmpty else {
            throw APIError(.characterNotFound, "there is no character with images to write")
        }
        let manifest = try BundleManifest(
            of: snapshot, characters, rejections: [], rejectionVectors: nil,
            packs: [.init(name: choice.name, sha256: nil)],
            format: BundleManifest.packFormat, version: BundleManifest.packVersion)
        return (manifest, records.reduce(0) { $0 + $1.restingImages })
    }
}

extension BundleManifest {
    /// The manifest of what a snapshot holds.
    init(
        of snapshot: RegistrySnapshot, _ characters: [Character], rejections: [Rejection], rejectionVectors: File?,
        packs: [Pack]?, format: String = format, version: Int = version
    ) throws {
        let model = snapshot.model
        self.init(
            format: format, version: version, createdAt: Date(),
            model: .init(
                name: model.name, identity: model.identity, architecture: model.architecture,
                dimensions: model.dimensions),
            head: try snapshot.setting(HeadHost.setting) ?? HeadHost.defaultHead.rawValue,
            falseAccept: try snapshot.setting(CalibrationHost.setting).flatMap(Double.init),
            characters: characters, rejections: rejections, rejectionVectors: rejectionVectors, packs: packs)
    }
}
