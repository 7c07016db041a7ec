import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry
import Timing

/// Embeds the images and the rejected pictures that lack a vector of a model, page by page.
///
/// Each page's vectors are stored before the next page is read, so that a run after an interruption continues there. The threads
/// have the lowest priority and do not use the inference queue.
struct EmbeddingBackfill {
    let registry: Registry
    let embedder: Embedder
    /// How many pictures are embedded at a time.
    let threads: Int

    /// How many pictures are read, embedded and stored in one step.
    private static let page = 16

    private typealias Embedded = (id: Int64, vector: [Float])

    /// - Parameter step: gets the progress at the start and after every page; an error that it throws ends the work.
    /// - Returns: how many pictures were embedded.
    /// - Throws: `bad_image`, naming the picture that cannot be decoded; the storage errors.
    func run(_ step: (EmbeddingProgress) async throws -> Void) async throws -> Int {
        let identity = embedder.model.identity
        let counts = try await registry.embeddingCounts(model: identity)
        let start = ContinuousClock.now
        var embedded = 0
        func report() async throws {
            let done = counts.embedded + embedded
            let seconds = (ContinuousClock.now - start).seconds
            // Pictures that are enrolled during the run are embedded too.
            let progress = EmbeddingProgress(
                done: done, all: max(counts.all, done), rate: embedded > 0 ? Double(embedded) / seconds : nil)
            try await step(progress)
        }
        try await report()
        try await pages("stored image", "images") { last in
            try await registry.imagesWithoutEmbedding(model: identity, after: last, limit: Self.page)
        } store: { page in
            embedded += try await registry.storeEmbeddings(
                model: identity, page.map { (imageID: $0.id, vector: $0.vector) })
            try await report()
        }
        try await pages("rejected picture", "rejections") { last in
            try await registry.rejectionsWithoutEmbedding(model: identity, after: last, limit: Self.page)
        } store: { page in
            embedded += try await registry.storeRejectionEmbeddings(
                model: identity, page.map { (rejectionID: $0.id, vector: $0.vector) })
            try await report()
        }
        return embedded
    }

    /// - Parameters:
    ///   - what: the kind of pictures, for an error's message.
    ///   - group: the group of commands that removes one, for the same message.
    ///   - next: reads the page after a number.
    private func pages(
        _ what: String, _ group: String, next: (Int64?) async throws -> [PendingImage],
        store: ([Embedded]) async throws -> Void
    ) async throws {
        var last = Int64?.none
        while true {
            let page = try await next(last)
            guard let end = page.last else { return }
            try await store(try await vectors(of: page, what, group))
            last = end.id
        }
    }

    private func vectors(of page: [PendingImage], _ what: String, _ group: String) async throws -> [Embedded] {
        let embedder = embedder
        return try await inLanes(page.count, threads: threads) { range, lane in
            let prepared = try range.map { try Self.prepared(page[$0], for: embedder.model, what, group) }
            return zip(range, embedder.embed(prepared, lane: lane)).map { (id: page[$0].id, vector: $1) }
        }
    }

    private static func prepared(
        _ picture: PendingImage, for model: Model, _ what: String, _ group: String
    ) throws(APIError) -> Image {
        do throws(ImagingError) {
            return model.input(try Image.decode([UInt8](picture.bytes)).image, face: picture.box)
        } catch {
            throw APIError(
                .badImage,
                "\(what) \(picture.id): \(error.message); remove it to continue: aniwho \(group) remove \(picture.id)")
        }
    }
}
