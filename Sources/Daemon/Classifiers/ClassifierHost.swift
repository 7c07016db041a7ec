import API
import Embedding
import Foundation
import Imaging
import Registry

/// Holds the trained classifiers that were asked last, ready to answer, and takes files of new ones.
///
/// They are loaded by the first question and kept in memory while they are among the few that were asked last. Their networks
/// have a queue of their own: a large one never keeps a question to the prototypes waiting.
actor ClassifierHost {
    /// A classifier that can answer. A request keeps the one it began with, also when it is removed meanwhile.
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

    /// By identity, the one that was asked last at the end. A classifier that is being loaded has its place already, so that all
    /// who ask meanwhile wait for one loading.
    private var kept: [(identity: String, loading: Task<Loaded, any Error>)] = []
    private nonisolated let registry: Registry
    nonisolated let inference: InferenceQueue
    private let metrics: Metrics
    private let threads: Int

    /// So many stay in memory.
    static let capacity = 2

    init(registry: Registry, metrics: Metrics, threads: Int) {
        self.registry = registry
        self.metrics = metrics
        self.threads = threads
        inference = InferenceQueue(metrics: metrics, lanes: threads)
    }

    /// A classifier of the registry, ready to answer.
    /// - Throws: `classifierNotFound` when it is gone; `ModelError` when this version cannot use its file.
    func loaded(_ record: ClassifierRecord) async throws -> Loaded {
        let loading = loading(record.identity)
        do { return try await loading.value } catch {
            // The next question tries again.
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

    /// The identities of those in memory, the one that was asked last at the end.
    var identities: [String] { kept.map(\.identity) }

    /// Features of pictures that went through the classifier's transform, a batch at a time: others get their turn in between, and a
    /// large network's memory stays bounded.
    nonisolated func features(_ images: [Image], by loaded: Loaded) async -> [[Float]] {
        var features: [[Float]] = []
        for start in stride(from: 0, to: images.count, by: InferenceQueue.maximumBatch) {
            let batch = Array(images[start..<min(images.count, start + InferenceQueue.maximumBatch)])
            features += await inference.embed(batch, with: loaded.embedder)
        }
        return features
    }

    /// Puts a classifier's file into the registry.
    /// - Throws: `file_not_found`; `bad_model`; `invalidName`, `classifierExists`.
    nonisolated func importFile(_ path: String, name: String) async throws -> ClassifierRecord {
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

    /// Removes a classifier from the registry and from memory. Questions that it is answering are answered.
    /// - Throws: `invalidName`, `classifierNotFound`.
    func remove(named name: String) async throws -> ClassifierRecord {
        let record = try await registry.removeClassifier(named: name)
        // After the registry: whoever begins to load it from now on finds no file.
        kept.removeAll { $0.identity == record.identity }
        return record
    }
}
