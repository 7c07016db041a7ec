import API
import Dispatch
import Embedding
import FewShot
import Registry

/// Changes the model that answers, and takes a change back. Whatever fails, the model before goes on answering.
final class ModelChanges: Sendable {
    /// What a change tells and asks on its way.
    struct Steps: Sendable {
        let tell: @Sendable (ModelChangeEvent) async -> Void
        /// Throws when the change is not wanted any more.
        let check: @Sendable () async throws -> Void
        /// The last check: nobody can take the change back from now on.
        let commit: @Sendable () async throws -> Void
    }

    private let registry: Registry
    private let models: ModelHost
    private let heads: HeadHost
    private let calibrations: CalibrationHost
    /// Where answers are compared.
    private let background = BackgroundWork("aniwho.changes", qos: .utility)

    /// The settings that go with a model.
    static let settings = [HeadHost.setting, CalibrationHost.setting]

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
    }

    /// Does the work of a job that changes the model.
    /// - Parameter name: of the model that is to answer.
    /// - Returns: the model's identity.
    /// - Throws: `model_not_found`, `bad_model`, `bad_image`, `head_too_large`; the storage errors; what `steps` throws.
    func perform(_ kind: JobKind, model name: String, _ steps: Steps) async throws -> String {
        let active = try await firstActive(steps)
        let record = try await registry.model(named: name)
        guard record.identity != active.model.identity else {
            // It was so already, or a daemon that was killed right afterwards has made it so.
            await steps.tell(.swap(ModelSwap(model: name, previous: name, head: heads.active.rawValue, embedded: 0)))
            return record.identity
        }
        let next = try await models.load(record)
        if kind == .rollBackModel { return try await rollBack(to: next, from: active, steps) }
        let embedded = try await models.embedMissing(next) { progress in
            try await steps.check()
            await steps.tell(.progress(progress))
        }
        try await heads.checkLimits(heads.active, width: next.model.dimensions, active: active.model)
        let answers = try await compare(active.model, next.model)
        for change in answers.changes { await steps.tell(.change(change)) }
        await steps.tell(.answers(answers.totals))
        if kind == .useModel {
            try await swap(to: next, from: active, embedded: embedded, steps) {
                _ = try await registry.activateModel(identity: next.model.identity, keeping: Self.settings)
            }
        }
        return record.identity
    }

    private func rollBack(to next: ModelHost.Active, from active: ModelHost.Active, _ steps: Steps) async throws
        -> String
    {
        guard let former = try await registry.formerModel(), former.model.identity == next.model.identity else {
            throw APIError(.modelNotFound, "'\(next.name)' is not the model before any more")
        }
        let head = former.settings[HeadHost.setting].flatMap(HeadKind.init) ?? .mean
        try await heads.checkLimits(head, width: next.model.dimensions, active: active.model)
        try await swap(to: next, from: active, embedded: 0, steps) {
            _ = try await registry.rollBackModel(to: former, keeping: Self.settings)
        }
        return next.model.identity
    }

    private func swap(
        to next: ModelHost.Active, from active: ModelHost.Active, embedded: Int, _ steps: Steps,
        activate: () async throws -> Void
    ) async throws {
        // Most of what was enrolled meanwhile is embedded while the change may still be taken back.
        let late = try await models.embedMissing(next) { progress in
            try await steps.check()
            if progress.done < progress.all { await steps.tell(.progress(progress)) }
        }
        try await steps.commit()
        let last = try await models.swap(to: next) { _ in
        } activate: {
            try await activate()
            try await heads.takeUp()
            try await calibrations.takeUp(model: next.model.identity)
        }
        await steps.tell(
            .swap(
                ModelSwap(
                    model: next.name, previous: active.name, head: heads.active.rawValue,
                    embedded: embedded + late + last)))
    }

    /// The model that answers; right after the start it may be long in coming.
    private func firstActive(_ steps: Steps) async throws -> ModelHost.Active {
        while true {
            try await steps.check()
            do { return try await models.active(patience: .seconds(1)) } catch let error as APIError {
                guard error.code == .notReady else { throw error }
            }
        }
    }

    private func compare(_ active: Model, _ next: Model) async throws -> AnswerChanges {
        let (head, images) = (heads.active, try await registry.counts().images)
        let supports = try await registry.supports(
            model: active.identity, shadow: next.identity, atMost: AnswerComparison.mostRead)
        let radii = (
            Radii(active, calibrations.active(for: active)),
            Radii(next, try await calibrations.stored(for: next.identity))
        )
        return try await background {
            try HeadHost.limited { () throws(DataSetError) in
                try AnswerComparison(
                    before: .init(support: supports.active.characters, head: head, radii: radii.0),
                    after: .init(support: supports.shadow.characters, head: head, radii: radii.1)
                ).changes(images: images)
            }
        }
    }

    /// Which answers another head changes; nil where the head before can no longer be fitted.
    func compare(head next: HeadKind, for model: Model) async throws -> AnswerChanges? {
        let (head, images) = (heads.active, try await registry.counts().images)
        let support = try await registry.support(model: model.identity, atMost: AnswerComparison.mostRead).characters
        let radii = Radii(model, calibrations.active(for: model))
        return try await background {
            let comparison = try? AnswerComparison(
                before: .init(support: support, head: head, radii: radii),
                after: .init(support: support, head: next, radii: radii))
            return comparison?.changes(images: images)
        }
    }
}
