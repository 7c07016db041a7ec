import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry

/// The pictures of a bundle that is being imported: first all are decoded and, if another model made the bundle's vectors, embedded; then
/// all are enrolled in one transaction. They are read from the daemon's own copy of the bundle, so that the transaction never waits for
/// another disk.
struct BundleImport: Sendable {
    private let bundle: BundleReader
    private let pictures: [BundleManifest.Picture]
    /// In the order of ``pictures``: the characters' images, then the rejected pictures.
    private var prepared: [Prepared] = []

    /// A picture without its bytes.
    private struct Prepared: Sendable {
        let format: String
        let width, height: Int
        let embedding: [Float]
    }

    /// The number of pictures that are read and embedded in one step.
    private static let page = 16

    init(_ bundle: BundleReader) {
        self.bundle = bundle
        pictures = bundle.manifest.characters.flatMap(\.images) + bundle.manifest.rejections.map(\.picture)
    }

    /// Decodes every picture. Takes its vector from the bundle, or from the network if another model made the bundle's vectors.
    /// - Parameter progress: gets the number of pictures done and of all pictures; an error that it throws ends the work.
    /// - Returns: the number of pictures that were embedded.
    /// - Throws: `bad_bundle`.
    mutating func prepare(
        for model: ModelHost.Active, threads: Int, progress: (_ done: Int, _ total: Int) async throws -> Void
    ) async throws -> Int {
        var kept: [[Float]]?
        if bundle.manifest.model.identity == model.model.identity {
            kept = try await atLowestPriority { [bundle] in try bundle.embeddings() }
        }
        prepared.reserveCapacity(pictures.count)
        for start in stride(from: 0, to: pictures.count, by: Self.page) {
            try await progress(start, pictures.count)
            let end = min(start + Self.page, pictures.count)
            let page = Array(pictures[start..<end])
            prepared += try await Self.prepare(
                page, of: bundle, vectors: kept.map { Array($0[start..<end]) }, by: model.embedder, threads: threads)
        }
        try await progress(pictures.count, pictures.count)
        return kept == nil ? pictures.count : 0
    }

    private static func prepare(
        _ page: [BundleManifest.Picture], of bundle: BundleReader, vectors: [[Float]]?, by embedder: Embedder,
        threads: Int
    ) async throws -> [Prepared] {
        try await inLanes(page.count, threads: threads) { range, lane in
            let decoded = try range.map { try decode(page[$0], in: bundle) }
            let vectors =
                vectors.map { Array($0[range]) }
                ?? embedder.embed(
                    zip(range, decoded).map { embedder.model.input($1.image, face: page[$0].box) }, lane: lane)
            return zip(decoded, vectors).map { picture, vector in
                Prepared(
                    format: picture.format.rawValue, width: picture.image.width, height: picture.image.height,
                    embedding: vector)
            }
        }
    }

    private static func decode(
        _ picture: BundleManifest.Picture, in bundle: BundleReader
    ) throws(APIError) -> DecodedImage {
        let bytes = try bundle.bytes(of: picture.file)
        let decoded: DecodedImage
        do throws(ImagingError) {
            decoded = try Image.decode([UInt8](bytes))
        } catch { throw APIError(.badBundle, "\(picture.file.file): \(error.message)") }
        if let box = picture.box, !box.isInside(width: decoded.image.width, height: decoded.image.height) {
            throw APIError(.badBundle, "\(picture.file.file): its box \(box) is not inside the picture")
        }
        return decoded
    }

    /// What is to be enrolled. Each file is read just before it is enrolled, so that not all are in memory at once.
    /// - Parameters:
    ///   - source: the bundle's folder, for the audit log.
    ///   - told: what is known of the result already.
    ///   - takesVectors: whether vectors without pictures are taken over, because the model that answers made them.
    func enrollment(
        merges: Bool, settings: [String: String], source: String, told: ImportedBundle, takesVectors: Bool = true
    ) -> Import {
        let characters = bundle.manifest.characters
        var starts: [Int] = []
        var next = 0
        for character in characters {
            starts.append(next)
            next += character.images.count
        }
        let (first, begins) = (next, starts)
        return Import(
            characters: characters.map(\.imported),
            images: { place throws(RegistryError) in
                var images: [NewImage] = []
                for index in characters[place].images.indices { images.append(try image(begins[place] + index)) }
                return images
            },
            rejections: bundle.manifest.rejections.count,
            rejection: { place throws(RegistryError) in
                (bundle.manifest.rejections[place].character, try image(first + place))
            },
            packs: takesVectors ? bundle.packs(signedBy: told.signer) : [],
            vectors: { [bundle] place throws(RegistryError) in
                guard takesVectors else { return [] }
                do throws(APIError) { return try bundle.packedVectors(place) } catch {
                    throw RegistryError(.badBundle, error.message)
                }
            },
            isPack: bundle.manifest.isPack, merges: merges, settings: settings, source: source, told: told)
    }

    private func image(_ place: Int) throws(RegistryError) -> NewImage {
        let (picture, known) = (pictures[place], prepared[place])
        do throws(APIError) {
            return NewImage(
                bytes: try bundle.bytes(of: picture.file), sha256: picture.file.sha256, format: known.format,
                width: known.width, height: known.height, source: picture.source,
                box: picture.box, embedding: known.embedding)
        } catch { throw RegistryError(.badBundle, error.message) }
    }
}
