import API
import Embedding
import FewShot
import Foundation
import Registry
import Synchronization
import Timing

/// Holds the head that answers, and fits it on what is enrolled.
///
/// `posterior` and `mean` need no fit, because the registry keeps the prototypes. The first request after a change fits any other head in
/// memory, and waits for that. An answer therefore knows every change that was acknowledged before the request,
/// and enrolling stays as cheap however many changes follow one another.
final class HeadHost: Sendable {
    /// A head fitted on one state of the registry.
    struct Fit: Sendable {
        let kind: HeadKind
        /// Identity of the model whose embeddings it knows.
        let model: String
        /// The registry's revision that it knows.
        let revision: Int
        /// The temperature of the mean to which its own was matched.
        let meanTemperature: Float
        /// The characters' names, in the order of the head's indices.
        let names: [String]
        /// nil if nobody is enrolled.
        let head: EnrolledHead?

        /// The characters nearest to an embedding, nearest first.
        func candidates(for query: [Float], top: Int) -> [Candidate] {
            (head?.candidates(for: query, top: top) ?? []).map { candidate in
                Candidate(
                    character: names[candidate.index], probability: candidate.probability,
                    distance: Double(candidate.distance))
            }
        }
    }

    private struct State {
        var active: HeadKind
        var fit: Fit?
        /// Ends with the latest fit.
        var last: Task<Void, Never>?
    }

    private let registry: Registry
    private let log: Log
    private let metrics: Metrics
    private let state: Mutex<State>
    private let switching = Atomic<Bool>(false)
    /// The thread that fits heads, so that requests keep theirs.
    private let background = BackgroundWork("aniwho.heads")

    /// The key of the registry's setting that holds the head's name.
    static let setting = "head"
    /// The head that answers if the owner has chosen none.
    static let defaultHead = HeadKind.posterior

    /// Loads the registry's choice.
    /// - Throws: the storage errors.
    init(registry: Registry, metrics: Metrics, log: Log) async throws {
        self.registry = registry
        self.metrics = metrics
        self.log = log
        state = Mutex(State(active: try await Self.stored(in: registry, log)))
    }

    private static func stored(in registry: Registry, _ log: Log) async throws -> HeadKind {
        let name = try await registry.setting(setting) ?? defaultHead.rawValue
        if HeadKind(rawValue: name) == nil {
            log.write(
                .warning, "this version does not know the registry's head; \(defaultHead.rawValue) answers",
                ["head": name])
        }
        return HeadKind(rawValue: name) ?? defaultHead
    }

    /// Loads the registry's choice again, after a change that may have replaced it.
    /// - Parameter expected: the choice that the change has made, if the registry cannot be read.
    func load(expecting expected: HeadKind) async {
        var kind = expected
        do { kind = try await Self.stored(in: registry, log) } catch {
            log.write(.error, "cannot read the head in use", ["message": APIError(describing: error).message])
        }
        state.withLock { state in
            state.active = kind
            if !kind.needsFit { state.fit = nil }
        }
    }

    /// - Parameters:
    ///   - width: of the embeddings to fit the head on.
    ///   - active: the registry's active model.
    /// - Throws: `head_too_large` when the head cannot be fitted on what is enrolled.
    func checkLimits(_ kind: HeadKind, width: Int, active: Model) async throws {
        let sizes = try await registry.supportSizes(model: active.identity)
        try Self.limited { () throws(DataSetError) in try kind.checkLimits(sizes: sizes, width: width) }
    }

    /// The head that answers. A request keeps the one that it began with.
    var active: HeadKind { state.withLock { $0.active } }

    /// Makes a head the one that answers, from now on and after a restart.
    /// - Returns: the head before.
    /// - Throws: `busy` while another change runs; the storage errors.
    func use(_ kind: HeadKind) async throws -> HeadKind {
        guard switching.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { throw APIError(.busy, "another change of the head is running; try again when it has ended") }
        defer { switching.store(false, ordering: .releasing) }
        try await registry.setSetting(Self.setting, kind.rawValue)
        let previous = state.withLock { state in
            defer { state.active = kind }
            if !kind.needsFit { state.fit = nil }
            return state.active
        }
        log.write(.info, "head in use", ["head": kind.rawValue])
        return previous
    }

    /// A head fitted on everything that was enrolled when this is called, or later.
    /// - Parameter meanTemperature: what the mean's distances are calibrated at; the model's own when nil.
    /// - Throws: `head_too_large`; `modelNotActive` when `model` is not the registry's active one.
    func fitted(_ kind: HeadKind, for model: Model, meanTemperature: Float? = nil) async throws -> Fit {
        let revision = registry.supportRevision
        let temperature = meanTemperature ?? model.temperature
        let found = known(kind, model, temperature, since: revision)
        metrics.count(.head, hit: found != nil)
        if let found { return found }
        // One fit at a time: requests for the same fit wait for it, then find it in `state`.
        let task = state.withLock { state in
            let before = state.last
            let task = Task {
                await before?.value
                if let fit = known(kind, model, temperature, since: revision) { return fit }
                let fit = try await fit(kind, for: model, temperature)
                self.state.withLock { $0.fit = fit }
                return fit
            }
            state.last = Task { _ = await task.result }
            return task
        }
        return try await task.value
    }

    private func known(_ kind: HeadKind, _ model: Model, _ temperature: Float, since revision: Int) -> Fit? {
        guard let fit = state.withLock({ $0.fit }), fit.kind == kind, fit.model == model.identity,
            fit.meanTemperature == temperature, fit.revision >= revision
        else { return nil }
        return fit
    }

    private func fit(_ kind: HeadKind, for model: Model, _ temperature: Float) async throws -> Fit {
        let start = ContinuousClock.now
        // Checked before the embeddings are read: they may be too large for memory.
        try await checkLimits(kind, width: model.dimensions, active: model)
        let support = try await registry.support(model: model.identity)
        let head = try await fit(kind, support.characters.map(\.embeddings), temperature: Double(temperature))
        let images = support.characters.reduce(0) { $0 + $1.embeddings.count }
        log.write(
            .info, "head fitted",
            [
                "head": kind.rawValue, "characters": String(support.characters.count), "images": String(images),
                "ms": String(format: "%.1f", (ContinuousClock.now - start).seconds * 1000),
            ])
        return Fit(
            kind: kind, model: model.identity, revision: support.revision, meanTemperature: temperature,
            names: support.characters.map(\.name), head: head)
    }

    private func fit(_ kind: HeadKind, _ support: [[[Float]]], temperature: Double) async throws -> EnrolledHead? {
        guard !support.isEmpty else { return nil }
        return try await background {
            try Self.limited { () throws(DataSetError) in
                try EnrolledHead(kind, support: support, meanTemperature: temperature)
            }
        }
    }

    /// - Throws: `head_too_large` if `work` throws.
    static func limited<T>(_ work: () throws(DataSetError) -> T) throws(APIError) -> T {
        do throws(DataSetError) { return try work() } catch {
            throw APIError(.headTooLarge, "\(error.message); use another head: aniwho heads list")
        }
    }
}
