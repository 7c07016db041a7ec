import API
import Embedding
import Foundation
import Registry
import Synchronization

/// Holds the network of the active model, and replaces it when another model becomes active.
final class ModelHost: Sendable {
    /// The active model and its network. A request keeps the one that it began with.
    struct Active: Sendable {
        let name: String
        let embedder: Embedder
        var model: Model { embedder.model }
    }

    private let registry: Registry
    private let log: Log
    /// How many threads a network has, and how many lanes of its own buffers.
    let threads: Int
    private let current = Mutex<Active?>(nil)
    /// What is to become the active model next, loaded.
    private let prepared = Mutex<Active?>(nil)

    init(registry: Registry, log: Log, threads: Int) {
        self.registry = registry
        self.log = log
        self.threads = threads
    }

    /// The active model.
    /// - Parameter timeout: how long to wait for it, because it is still being loaded right after the start.
    /// - Throws: `not_ready` after the timeout.
    func active(timeout: Duration = .seconds(10)) async throws -> Active {
        let end = ContinuousClock.now + timeout
        repeat {
            if let active = current.withLock({ $0 }) { return active }
            if timeout > .zero { try await Task.sleep(for: .milliseconds(20)) }
        } while ContinuousClock.now < end
        throw APIError(.notReady, "no model is loaded yet; try again in a moment, or read the daemon's log")
    }

    /// Loads the registry's active model, if there is one, and embeds the pictures that lack a vector of it. Another daemon may make another
    /// model the active one meanwhile.
    func loadActive() async throws {
        while let record = try await registry.activeModel(),
            current.withLock({ $0?.model.identity }) != record.identity
        {
            let active = try await load(record)
            _ = try await embedMissing(active) { _ in }
            current.withLock { $0 = active }
        }
    }

    /// Imports a model file into the registry, without using it.
    /// - Throws: `file_not_found`; `bad_model`; `model_exists`.
    func importFile(_ path: String, name: String, architecture: String?) async throws -> ModelSummary {
        let file = ImportedFile(path: path, name: name)
        let (bytes, model) = try await onOwnThread("aniwho.import") {
            try file.read(as: .model) { bytes throws(ModelError) in try Model(bytes, architecture: architecture) }
        }
        var metadata = model.metadata
        metadata["architecture"] = model.architecture
        return try await registry.importModel(
            identity: model.identity, name: name, architecture: model.architecture, dimensions: model.dimensions,
            metadata: String(decoding: try JSON.encode(metadata), as: UTF8.self), bytes: bytes)
    }

    /// Embeds every picture with a model while the active one answers, then makes that model active.
    /// - Returns: how many pictures were embedded.
    /// - Throws: `model_not_found`, and as ``swap(to:step:activate:)``. The active model stays then.
    @discardableResult
    func use(named name: String) async throws -> Int {
        let next = try await load(try await registry.model(named: name))
        return try await swap(to: next) { _ in
        } activate: {
            _ = try await registry.activateModel(identity: next.model.identity, keeping: ModelChangeWork.settings)
        }
    }

    /// Embeds the pictures that lack a vector of a model, then answers with that model.
    /// - Parameters:
    ///   - step: as for ``EmbeddingBackfill/run(_:)``.
    ///   - activate: makes it the registry's active model. It throws only if that model is not active then.
    /// - Returns: how many pictures were embedded.
    /// - Throws: as ``EmbeddingBackfill/run(_:)`` and `activate`. The active model stays then.
    func swap(
        to next: Active, step: (EmbeddingProgress) async throws -> Void, activate: () async throws -> Void
    ) async throws -> Int {
        var embedded = try await embedMissing(next, step)
        do {
            try await propose(next)
            embedded += try await embedAndActivate(next, step, activate)
        } catch {
            await withdrawProposal()
            throw error
        }
        current.withLock { $0 = next }
        log.write(.info, "model in use", ["model": next.name, "embedded": String(embedded)])
        await withdrawProposal()
        return embedded
    }

    /// - Returns: how many pictures were embedded.
    private func embedAndActivate(
        _ next: Active, _ step: (EmbeddingProgress) async throws -> Void, _ activate: () async throws -> Void
    ) async throws -> Int {
        var embedded = 0
        while true {
            embedded += try await embedMissing(next, step)
            do {
                try await activate()
                return embedded
            } catch let error as RegistryError where error.reason == .embeddingsMissing {
                // Pictures were enrolled after the last page.
                continue
            }
        }
    }

    /// How long the other daemons may take to load a model that is to answer.
    private static let longestPreparation = Duration.seconds(60)

    /// Has every other daemon that lives load a model, so that all can answer with it from the same moment.
    /// - Throws: `busy` when one of them has not loaded it in time; the storage errors.
    private func propose(_ next: Active) async throws {
        guard registry.liveDaemons.count > 1 else { return }
        try await registry.proposeModel(identity: next.model.identity)
        let end = ContinuousClock.now + Self.longestPreparation
        while true {
            // One that was not seen for a time is out: it catches up before it answers again.
            let waiting = try await registry.daemons().filter { daemon in
                daemon.isLive && daemon.id != registry.daemonID && daemon.prepared != next.model.identity
            }
            guard let first = waiting.first else { return }
            guard ContinuousClock.now < end else {
                throw APIError(
                    .busy, "the daemon on \(first.name) has not loaded the model '\(next.name)' in time; read its log")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Lets the other daemons give the memory of a proposed model back. If it fails, they keep it until the next change of the model.
    private func withdrawProposal() async {
        guard registry.liveDaemons.count > 1 else { return }
        try? await registry.proposeModel(identity: nil)
    }

    /// Loads the model that another daemon is about to make the active one, or gives it back.
    func prepare() async throws {
        guard let record = try await registry.proposedModel() else {
            prepared.withLock { $0 = nil }
            return registry.tell(prepared: nil)
        }
        if current.withLock({ $0?.model.identity }) != record.identity {
            let next = try await load(record)
            prepared.withLock { $0 = next }
        }
        registry.tell(prepared: record.identity)
    }

    /// Answers with the model that another daemon has made the active one.
    func follow() async throws {
        guard let record = try await registry.activeModel(),
            current.withLock({ $0?.model.identity }) != record.identity
        else { return }
        let known = prepared.withLock { $0 }
        let next = if let known, known.model.identity == record.identity { known } else { try await load(record) }
        current.withLock { $0 = next }
        log.write(.info, "model in use", ["model": next.name, "by": "another daemon"])
    }

    /// Loads the network of a stored model, without using it.
    /// - Throws: `bad_model` when its file is damaged.
    func load(_ record: ModelSummary) async throws -> Active {
        let bytes = try await registry.modelBytes(identity: record.identity)
        return try await onOwnThread("aniwho.load") { [threads] in
            try ImportedFile.check(bytes, stored: record.identity, of: "model '\(record.name)'")
            let model = try Model(bytes, architecture: record.architecture)
            return Active(name: record.name, embedder: try Embedder(model: model, threads: threads))
        }
    }

    /// Embeds the images and the rejected pictures that lack a vector of a model.
    /// - Returns: how many were embedded.
    func embedMissing(_ model: Active, _ step: (EmbeddingProgress) async throws -> Void) async throws -> Int {
        try await EmbeddingBackfill(registry: registry, embedder: model.embedder, threads: threads).run(step)
    }
}
