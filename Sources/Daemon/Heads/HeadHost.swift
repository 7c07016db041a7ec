import API
import Embedding
import FewShot
import Foundation
import Registry
import Synchronization

/// Holds the head that answers, and fits it on what is enrolled.
///
/// The mean needs no fit: the registry keeps its prototypes. Another head is fitted in memory by the first question that comes
/// after a change, and that question waits for it. An answer therefore knows all that was acknowledged before it was asked, as
/// with the mean, and enrolling costs what it always does, however many changes come in a row.
final class HeadHost: Sendable {
    /// A head fitted on one state of the registry.
    struct Fit: Sendable {
        let kind: HeadKind
        /// Identity of the model whose embeddings it knows.
        let model: String
        /// The registry's revision that it knows.
        let revision: Int
        /// The temperature of the mean that its own was matched to.
        let meanTemperature: Float
        /// The characters, as the head numbers them.
        let names: [String]
        /// nil where nobody is enrolled.
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
        /// Ends when the fit that was asked for last has ended.
        var last: Task<Void, Never>?
    }

    private let registry: Registry
    private let log: Log
    private let metrics: Metrics
    private let state: Mutex<State>
    private let switching = Atomic<Bool>(false)
    /// Where heads are fitted: never on the threads that requests share.
    private let background = BackgroundWork("aniwho.heads")

    /// The registry's setting that holds the name of the head.
    static let setting = "head"

    /// Takes up the head that the registry says is active.
    /// - Throws: the storage errors.
    init(registry: Registry, metrics: Metrics, log: Log) async throws {
        self.registry = registry
        self.metrics = metrics
        self.log = log
        state = Mutex(State(active: try await Self.stored(in: registry, log)))
    }

    private static func stored(in registry: Registry, _ log: Log) async throws -> HeadKind {
        let name = try await registry.setting(setting) ?? HeadKind.mean.rawValue
        if HeadKind(rawValue: name) == nil {
            log.write(.warning, "the registry's head is not of this version; the mean answers", ["head": name])
        }
        return HeadKind(rawValue: name) ?? .mean
    }

    /// Takes up what the registry says now.
    func takeUp() async throws {
        let kind = try await Self.stored(in: registry, log)
        state.withLock { state in
            state.active = kind
            if kind == .mean { state.fit = nil }
        }
    }

    /// - Parameters:
    ///   - width: of the embeddings that the head is to be fitted on.
    ///   - active: the registry's active model.
    /// - Throws: `head_too_large` when the head cannot be fitted on what is enrolled.
    func checkLimits(_ kind: HeadKind, width: Int, active: Model) async throws {
        let sizes = try await registry.supportSizes(model: active.identity)
        try Self.limited { () throws(DataSetError) in try kind.checkLimits(sizes: sizes, width: width) }
    }

    /// The head that answers. A request keeps the one it began with.
    var active: HeadKind { state.withLock { $0.active } }

    /// Makes a head the one that answers, from now on and after a restart.
    /// - Returns: the one before.
    /// - Throws: `busy` while another change runs; the storage errors.
    func use(_ kind: HeadKind) async throws -> HeadKind {
        guard switching.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { throw APIError(.busy, "another change of the head is running; wait for it to end") }
        defer { switching.store(false, ordering: .releasing) }
        try await registry.setSetting(Self.setting, kind.rawValue)
        let previous = state.withLock { state in
            defer { state.active = kind }
            if kind == .mean { state.fit = nil }
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
        // One fit at a time: those who ask for the same wait for it, and find it here.
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
        // Before anything is read: what is too large to be fitted may be too large to be held.
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

    /// - Throws: `head_too_large` where `work` finds that there is too much.
    static func limited<T>(_ work: () throws(DataSetError) -> T) throws(APIError) -> T {
        do throws(DataSetError) { return try work() } catch {
            throw APIError(.headTooLarge, "\(error.message); use another head: aniwho heads list")
        }
    }
}
