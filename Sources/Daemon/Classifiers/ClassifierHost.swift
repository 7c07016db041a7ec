import API
import Embedding
import Foundation
import Imaging
import Registry

/// Holds the trained classifiers that were asked last, and imports and removes classifiers.
///
/// The first request for a classifier loads it. The few that were asked last stay in memory. Classifiers have an inference queue of
/// their own, so that a large network never delays answers by the prototypes.
actor ClassifierHost {
    /// A classifier ready to answer. A request keeps the one that it began with, even if it is removed meanwhile.
    final class Loaded: Sendable {
        let classifier: TrainedClassifier
        let embedder: Embedder
        let coverage: ClassifierCoverage

        fileprivate init(_ file: Data, threads: Int) throws(ModelError) {
            classifier = try TrainedClassifier(file)
            embedder = try Embedder(model: classifier.model, threads: threads)
            coverage = ClassifierCoverage(classes: classifier.classes)
        }
    }

    /// By identity, the one asked last at the end. A classifier that is being loaded is in it too, so that all requests meanwhile
    /// wait for the same loading.
    private var kept: [(identity: String, loading: Task<Loaded, any Error>)] = []
    private nonisolated let registry: Registry
    nonisolated let inference: InferenceQueue
    private let metrics: Metrics
    private let threads: Int

    /// How many stay in memory.
    static let capacity = 2

    init(registry: Registry, metrics: Metrics, threads: Int) {
        self.registry = registry
        self.metrics = metrics
        self.threads = threads
        inference = InferenceQueue(metrics: metrics, lanes: threads)
    }

    /// A classifier of the registry, ready to answer.
    /// - Throws: `classifierNotFound` if it was removed; `ModelError` if this version cannot use its file.
    func loaded(_ record: ClassifierSummary) async throws -> Loaded {
        let loading = loading(record.identity)
        do { return try await loading.value } catch {
            // The next request tries again.
            kept.removeAll { $0.loading == loading }
            throw error
        }
    }

    private func loading(_ identity: String) -> Task<Loaded, any Error> {
        let found = kept.firstIndex { $0.identity == identity }.map { kept.remove(at: $0).loading }
        metrics.count(.classifier, hit: found != nil)
        let loading =
            found
            ?? Task.detached { [registry, threads] in
                try Loaded(try await registry.classifierBytes(identity: identity), threads: threads)
            }
        kept.append((identity, loading))
        if kept.count > Self.capacity { kept.removeFirst() }
        return loading
    }

    /// The identities of the classifiers in memory, the one asked last at the end.
    var identities: [String] { kept.map(\.identity) }

    /// Computes the features of images that the classifier's transform has prepared, a batch at a time: other requests get their
    /// turn in between, and the memory of a large network stays bounded.
    nonisolated func features(_ images: [Image], by loaded: Loaded) async -> [[Float]] {
        var features: [[Float]] = []
        for start in stride(from: 0, to: images.count, by: InferenceQueue.maximumBatch) {
            let batch = Array(images[start..<min(images.count, start + InferenceQueue.maximumBatch)])
            features += await inference.embed(batch, with: loaded.embedder)
        }
        return features
    }

    /// Imports a classifier's file into the registry.
    /// - Throws: `file_not_found`; `bad_model`; `invalidName`, `classifierExists`.
    nonisolated func importFile(_ path: String, name: String) async throws -> ClassifierSummary {
        let file = ImportedFile(path: path, name: name)
        let (bytes, classifier) = try file.read(as: .classifier) { bytes throws(ModelError) in
            try TrainedClassifier(bytes)
        }
        var metadata = classifier.model.metadata
        metadata["temperature"] = String(classifier.temperature)
        metadata["radius"] = classifier.radius.map { String($0) }
        return try await registry.importClassifier(
            identity: classifier.identity, name: name, architecture: classifier.model.architecture,
            classes: classifier.classes, metadata: String(decoding: try JSON.encode(metadata), as: UTF8.self),
            bytes: bytes)
    }

    /// Removes a classifier from the registry and from memory. Requests that use it still get their answers.
    /// - Throws: `invalidName`, `classifierNotFound`.
    func remove(named name: String) async throws -> ClassifierSummary {
        let record = try await registry.removeClassifier(named: name)
        // After the removal from the registry: a request that would load it from now on finds no file.
        kept.removeAll { $0.identity == record.identity }
        return record
    }
}
