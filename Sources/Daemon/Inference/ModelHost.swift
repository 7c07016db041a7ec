import API
import Embedding
import Foundation
import Registry
import Synchronization

/// Holds the network that answers, and exchanges it.
final class ModelHost: Sendable {
    /// The model that answers. A request keeps the one it began with.
    struct Active: Sendable {
        let name: String
        let embedder: Embedder
        var model: Model { embedder.model }
    }

    private let registry: Registry
    private let inference: InferenceQueue
    private let log: Log
    private let threads: Int
    private let current = Mutex<Active?>(nil)
    private let swapping = Atomic<Bool>(false)

    /// Images read and embedded in one step of a swap: small, so that requests get their turn in between.
    private static let page = 16

    init(registry: Registry, inference: InferenceQueue, log: Log, threads: Int) {
        self.registry = registry
        self.inference = inference
        self.log = log
        self.threads = threads
    }

    /// The model that answers. Right after the start a request waits for it a while.
    /// - Throws: `not_ready` when it takes longer.
    func active(patience: Duration = .seconds(10)) async throws -> Active {
        let end = ContinuousClock.now + patience
        repeat {
            if let active = current.withLock({ $0 }) { return active }
            if patience > .zero { try await Task.sleep(for: .milliseconds(20)) }
        } while ContinuousClock.now < end
        throw APIError(.notReady, "no model is loaded yet; the daemon's log says why, or try again in a moment")
    }

    /// Loads the model that the registry says is active, and embeds images that lack their vector. Nothing when there is none.
    func loadActive() async throws {
        guard let record = try await registry.activeModel() else { return }
        let active = try await load(record)
        _ = try await embedMissing(active)
        current.withLock { $0 = active }
    }

    /// Puts a model file into the registry, without using it.
    /// - Throws: `file_not_found`; `bad_model`; `model_exists`.
    func importFile(_ path: String, name: String, architecture: String?) async throws -> ModelRecord {
        let file = ImportedFile(path: path, name: name)
        let (bytes, model) = try file.read(as: .model) { bytes throws(ModelError) in
            try Model(bytes, architecture: architecture)
        }
        var metadata = model.metadata
        metadata["architecture"] = model.architecture
        return try await registry.importModel(
            identity: model.identity, name: name, architecture: model.architecture, dimensions: model.dimensions,
            metadata: String(decoding: try JSON.encode(metadata), as: UTF8.self), bytes: bytes)
    }

    /// Embeds every image with a model in the shadow of the active one, then swaps. An interrupted swap goes on where it was.
    /// - Returns: the name of the model before, and how many images were embedded.
    /// - Throws: `busy` while another swap runs; `model_not_found`. The old model stays active then.
    func use(named name: String) async throws -> (previous: String?, embedded: Int) {
        guard swapping.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else {
            throw APIError(.busy, "another change of the model is running; wait for it to end")
        }
        defer { swapping.store(false, ordering: .releasing) }
        let previous = try await registry.activeModel()?.name
        let next = try await load(try await registry.model(named: name))
        var embedded = 0
        repeat {
            embedded += try await embedMissing(next)
        } while try await !activate(next.model.identity)
        current.withLock { $0 = next }
        log.write(.info, "model in use", ["model": name, "embedded": String(embedded)])
        return (previous, embedded)
    }

    /// - Returns: false when images were enrolled meanwhile, which lack their vector.
    private func activate(_ identity: String) async throws -> Bool {
        do {
            _ = try await registry.activateModel(identity: identity)
            return true
        } catch {
            guard error.code == .embeddingsMissing else { throw error }
            return false
        }
    }

    private func load(_ record: ModelRecord) async throws -> Active {
        let bytes = try await registry.modelBytes(identity: record.identity)
        let model = try Model(bytes, architecture: record.architecture)
        return Active(name: record.name, embedder: try Embedder(model: model, threads: threads))
    }

    /// Embeds the images and the rejected pictures that lack their vector.
    private func embedMissing(_ active: Active) async throws -> Int {
        let identity = active.model.identity
        let images = try await embed("stored image", active) { last in
            try await registry.imagesWithoutEmbedding(model: identity, after: last, limit: Self.page)
        } store: { ids, vectors in
            try await registry.storeEmbeddings(
                model: identity, zip(ids, vectors).map { (imageID: $0, vector: $1) })
        }
        let rejections = try await embed("rejected picture", active) { last in
            try await registry.rejectionsWithoutEmbedding(model: identity, after: last, limit: Self.page)
        } store: { ids, vectors in
            try await registry.storeRejectionEmbeddings(
                model: identity, zip(ids, vectors).map { (rejectionID: $0, vector: $1) })
        }
        return images + rejections
    }

    /// Embeds pictures page by page.
    /// - Parameters:
    ///   - what: the pictures are, for an error's text.
    ///   - next: the page after a number.
    ///   - store: keeps vectors under their numbers, and says how many were kept.
    private func embed(
        _ what: String, _ active: Active, next: (Int64?) async throws -> [PendingImage],
        store: ([Int64], [[Float]]) async throws -> Int
    ) async throws -> Int {
        var (count, last) = (0, Int64?.none)
        while true {
            let page = try await next(last)
            guard let end = page.last else { return count }
            let files = page.map { FilePart(name: "\(what) \($0.id)", bytes: $0.bytes) }
            let pictures = try await Picture.decode(files, for: active.model.transform)
            let vectors = await inference.embed(pictures.map(\.prepared), with: active.embedder)
            count += try await store(page.map(\.id), vectors)
            last = end.id
        }
    }
}
