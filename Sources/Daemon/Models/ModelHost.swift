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
    private let log: Log
    /// How many threads a network has, and lanes.
    let threads: Int
    private let current = Mutex<Active?>(nil)

    init(registry: Registry, log: Log, threads: Int) {
        self.registry = registry
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
        _ = try await embedMissing(active) { _ in }
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

    /// Embeds every image with a model in the shadow of the active one, then swaps.
    /// - Returns: how many images were embedded.
    /// - Throws: `model_not_found`, and as ``swap(to:step:activate:)``. The old model stays active then.
    @discardableResult
    func use(named name: String) async throws -> Int {
        let next = try await load(try await registry.model(named: name))
        return try await swap(to: next) { _ in
        } activate: {
            _ = try await registry.activateModel(identity: next.model.identity, keeping: ModelChanges.settings)
        }
    }

    /// Embeds what lacks its vector of a model, and answers with it once nothing does.
    /// - Parameters:
    ///   - step: as for ``ShadowEmbedding/run(_:)``.
    ///   - activate: makes it the registry's active model.
    /// - Returns: how many images were embedded.
    /// - Throws: as ``ShadowEmbedding/run(_:)`` and `activate`. The old model stays active then.
    func swap(
        to next: Active, step: (ShadowProgress) async throws -> Void, activate: () async throws -> Void
    ) async throws -> Int {
        var embedded = 0
        while true {
            embedded += try await embedMissing(next, step)
            do {
                try await activate()
                break
            } catch let error as RegistryError where error.code == .embeddingsMissing {
                // Images were enrolled meanwhile.
                continue
            }
        }
        current.withLock { $0 = next }
        log.write(.info, "model in use", ["model": next.name, "embedded": String(embedded)])
        return embedded
    }

    /// Makes a network of a stored model, without using it.
    /// - Throws: `bad_model` when its file is damaged.
    func load(_ record: ModelRecord) async throws -> Active {
        let bytes = try await registry.modelBytes(identity: record.identity)
        guard ContentHash.sha256(bytes) == record.identity else {
            throw APIError(.badModel, "the stored file of model '\(record.name)' is damaged; restore a backup")
        }
        let model = try Model(bytes, architecture: record.architecture)
        return Active(name: record.name, embedder: try Embedder(model: model, threads: threads))
    }

    /// Embeds the images and the rejected pictures that lack their vector.
    func embedMissing(_ model: Active, _ step: (ShadowProgress) async throws -> Void) async throws -> Int {
        try await ShadowEmbedding(registry: registry, embedder: model.embedder, threads: threads).run(step)
    }
}
