import API
import Embedding
import Foundation
import Imaging
import Registry
import Synchronization

extension ListClassifiers: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.classifiers()) { $0.name }
        return Response(classifiers: entries, next: next)
    }
}

extension ShowClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.classifier(named: request.name)
    }
}

extension ImportClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.classifiers.importFile(request.file, name: request.name)
    }
}

extension RemoveClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.classifiers.remove(named: request.name)
    }
}

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
            ?? Task.detached(executorPreference: WorkThreads.long) { [registry, threads] in
                try Loaded(try await registry.classifierBytes(identity: identity), threads: threads)
            }
        kept.append((identity, loading))
        if kept.count > Self.capacity { kept.removeFirst() }
        return loading
    }

    /// The identities of the classifiers in memory, the one asked last at the end.
    var identities: [String] { kept.map(\.identity) }

    /// Computes the features of images that the classifier's transform has prepared.
    nonisolated func features(_ images: [Image], by loaded: Loaded) async -> [[Float]] {
        await inference.embed(images, with: loaded.embedder)
    }

    /// Imports a classifier's file into the registry.
    /// - Throws: `file_not_found`; `bad_model`; `invalidName`, `classifierExists`.
    nonisolated func importFile(_ path: String, name: String) async throws -> ClassifierSummary {
        let file = ImportedFile(path: path, name: name)
        let (bytes, classifier) = try await onOwnThread("aniwho.import") {
            try file.read(as: .classifier) { bytes throws(ModelError) in try TrainedClassifier(bytes) }
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

/// Compares a classifier's classes with the enrolled characters.
///
/// A classifier never names a character outside its classes. Answers therefore list the enrolled characters that it cannot name.
final class ClassifierCoverage: Sendable {
    /// The part of an answer about coverage.
    struct Report: Sendable, Equatable {
        /// Enrolled characters that the classifier was not trained on, sorted.
        var untrained: [String] = []
        /// A sentence each.
        var warnings: [String] = []
    }

    private let classes: Set<String>
    /// The latest report and the registry's revision that it was made for: only a change makes it again.
    private let latest = Mutex<(revision: Int, report: Report)?>(nil)

    /// A warning names at most so many characters.
    static let namesInSentence = 20

    init(classes: [String]) { self.classes = Set(classes) }

    /// Compares with what is enrolled at the time of the call, or later.
    func report(on registry: Registry) -> Report {
        let revision = registry.supportRevision
        if let latest = latest.withLock({ $0 }), latest.revision == revision { return latest.report }
        let report = compare(with: registry.enrolledNames)
        latest.withLock { $0 = (revision, report) }
        return report
    }

    private func compare(with enrolled: [String]) -> Report {
        let untrained = enrolled.filter { !classes.contains($0) }.sorted()
        var warnings: [String] = []
        if !untrained.isEmpty {
            warnings.append(
                "the classifier was not trained on \(Self.count(untrained)) and never names them: "
                    + Self.sentence(untrained))
        }
        let gone = enrolled.isEmpty ? [] : classes.subtracting(enrolled).sorted()
        if !gone.isEmpty {
            warnings.append("the classifier also names \(Self.count(gone)) not enrolled: " + Self.sentence(gone))
        }
        return Report(untrained: untrained, warnings: warnings)
    }

    private static func count(_ names: [String]) -> String {
        "\(names.count) character\(names.count == 1 ? "" : "s")"
    }

    private static func sentence(_ names: [String]) -> String {
        let rest = names.count - namesInSentence
        return names.prefix(namesInSentence).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
