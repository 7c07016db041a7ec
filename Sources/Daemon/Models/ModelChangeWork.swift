import API
import Dispatch
import Embedding
import FewShot
import Foundation
import Registry

/// The work of a job that changes the active model or rolls a change back. If any step fails, the model before stays active.
final class ModelChangeWork: Sendable {
    /// What the work reports and asks of its job.
    struct Steps: Sendable {
        let report: @Sendable (ModelChangeEvent) async -> Void
        /// Throws if the job was cancelled or the daemon stops.
        let check: @Sendable () async throws -> Void
        /// The last check: after it the job can no longer be cancelled.
        let commit: @Sendable () async throws -> Void
    }

    private let registry: Registry
    private let models: ModelHost
    private let heads: HeadHost
    private let calibrations: CalibrationHost
    /// The thread that compares answers.
    private let background = BackgroundWork("aniwho.changes", qos: .utility)

    /// The keys of the settings that belong to a model.
    static let settings = [HeadHost.setting, CalibrationHost.setting]

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
    }

    /// Does the work of a job.
    /// - Parameter name: of the model to make active.
    /// - Returns: the model's identity.
    /// - Throws: `model_not_found`, `bad_model`, `bad_image`, `head_too_large`; the storage errors; what `steps` throws.
    func perform(_ kind: JobKind, model name: String, _ steps: Steps) async throws -> String {
        let active = try await firstActive(steps)
        let record = try await registry.model(named: name)
        guard record.identity != active.model.identity else {
            // The model is active already: it was before, or a daemon made it so and was killed before it could record the end.
            await steps.report(.swap(ModelSwap(model: name, previous: name, head: heads.active.rawValue, embedded: 0)))
            return record.identity
        }
        let next = try await models.load(record)
        if kind == .rollBackModel { return try await rollBack(to: next, from: active, steps) }
        let embedded = try await models.embedMissing(next) { progress in
            try await steps.check()
            await steps.report(.progress(progress))
        }
        try await heads.checkLimits(heads.active, width: next.model.dimensions, active: active.model)
        let answers = try await compare(active.model, next.model)
        for change in answers.changes { await steps.report(.change(change)) }
        await steps.report(.answers(answers.totals))
        try await reportPacks(next.model.identity, steps)
        if kind == .useModel {
            try await swap(to: next, from: active, head: heads.active, embedded: embedded, steps) { [registry] in
                _ = try await registry.activateModel(identity: next.model.identity, keeping: Self.settings)
            }
        }
        return record.identity
    }

    private func rollBack(to next: ModelHost.Active, from active: ModelHost.Active, _ steps: Steps) async throws
        -> String
    {
        guard let former = try await registry.formerModel(), former.model.identity == next.model.identity else {
            throw APIError(
                .modelNotFound,
                "the active model was changed meanwhile, so that '\(next.name)' is no longer the model to go back to")
        }
        let head = former.settings[HeadHost.setting].flatMap(HeadKind.init) ?? HeadHost.defaultHead
        try await heads.checkLimits(head, width: next.model.dimensions, active: active.model)
        try await reportPacks(next.model.identity, steps)
        try await swap(to: next, from: active, head: head, embedded: 0, steps) { [registry] in
            _ = try await registry.rollBackModel(to: former, keeping: Self.settings)
        }
        return next.model.identity
    }

    /// Reports which vectors of cast packs count no more under a model.
    private func reportPacks(_ identity: String, _ steps: Steps) async throws {
        let resting = try await registry.restingPacks(under: identity)
        if !resting.isNone { await steps.report(.packs(resting)) }
    }

    /// - Parameters:
    ///   - head: the one that is in use after the change.
    ///   - activate: changes the registry, in one transaction. After it nothing may fail.
    private func swap(
        to next: ModelHost.Active, from active: ModelHost.Active, head: HeadKind, embedded: Int, _ steps: Steps,
        activate: @escaping @Sendable () async throws -> Void
    ) async throws {
        // Embeds what was enrolled meanwhile as long as the job can still be cancelled, so that little is left after `commit`.
        let late = try await models.embedMissing(next) { progress in
            try await steps.check()
            if progress.done < progress.all { await steps.report(.progress(progress)) }
        }
        try await steps.commit()
        let last = try await models.swap(to: next) { _ in
        } activate: {
            try await calibrations.changing(model: next.model.identity, activate)
            await heads.load(expecting: head)
        }
        await steps.report(
            .swap(
                ModelSwap(
                    model: next.name, previous: active.name, head: heads.active.rawValue,
                    embedded: embedded + late + last)))
    }

    /// The active model. Right after the daemon's start, loading it may take long.
    private func firstActive(_ steps: Steps) async throws -> ModelHost.Active {
        while true {
            try await steps.check()
            do { return try await models.active(timeout: .seconds(1)) } catch let error as APIError {
                guard error.code == .notReady else { throw error }
            }
        }
    }

    private func compare(_ active: Model, _ next: Model) async throws -> AnswerChanges {
        let (head, images) = (heads.active, try await registry.counts().images)
        let supports = try await registry.supports(
            model: active.identity, shadow: next.identity, atMost: AnswerComparison.mostRead)
        let decisions = (
            calibrations.decision(of: active), try await calibrations.decision(ofInactive: next)
        )
        return try await background {
            try HeadHost.limited { () throws(DataSetError) in
                try AnswerComparison(
                    before: .init(
                        support: supports.active.characters, head: head, decision: decisions.0,
                        grouping: active.grouping),
                    after: .init(
                        support: supports.shadow.characters, head: head, decision: decisions.1, grouping: next.grouping)
                ).changes(images: images)
            }
        }
    }

    /// Which answers change with another head; nil if the present head can no longer be fitted.
    func compare(head next: HeadKind, for model: Model) async throws -> AnswerChanges? {
        let (head, images) = (heads.active, try await registry.counts().images)
        let support = try await registry.support(model: model.identity, atMost: AnswerComparison.mostRead).characters
        let decision = calibrations.decision(of: model)
        return try await background {
            let comparison = try? AnswerComparison(
                before: .init(support: support, head: head, decision: decision, grouping: model.grouping),
                after: .init(support: support, head: next, decision: decision, grouping: model.grouping))
            return comparison?.changes(images: images)
        }
    }
}

/// A change of the active model as a job. The daemon does this work itself, without a child process.
extension JobRunner {
    /// - Returns: the model's identity.
    func changeModel(_ job: Job, _ kind: JobKind, resumes: Bool) async throws -> String {
        try tellLaunch(of: job.id, resumed: resumes)
        let reporter = ModelChangeReporter(runner: self, job: job.id)
        return try await changes.perform(
            kind, model: job.name,
            ModelChangeWork.Steps(
                report: { await reporter.report($0) },
                check: { if await self.isUnwanted(job.id) { throw JobFailure.stopped } },
                commit: { try await self.commit(job.id) }))
    }
}

/// Writes the events of a model change to the job's file of events and, at most once a second, to the registry.
private actor ModelChangeReporter {
    private let runner: JobRunner
    private let job: Int64
    private var (reported, kept) = (ContinuousClock.now - .seconds(1), ContinuousClock.now - .seconds(1))

    /// The least time between two events of progress.
    private static let pause = Duration.milliseconds(200)

    init(runner: JobRunner, job: Int64) { (self.runner, self.job) = (runner, job) }

    func report(_ event: ModelChangeEvent) async {
        let now = ContinuousClock.now
        var isKept = true
        switch event {
        case .progress(let progress):
            guard progress.done == progress.all || now - reported > Self.pause else { return }
            reported = now
            isKept = progress.done == progress.all || now - kept > .seconds(1)
        case .change: isKept = false
        case .answers, .packs, .swap: break
        }
        guard let line = try? JSON.encode(event) else { return }
        await runner.tell(line, job)
        guard isKept else { return }
        kept = now
        await runner.keep(line, job)
    }
}
