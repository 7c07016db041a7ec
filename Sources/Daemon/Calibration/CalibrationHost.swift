import API
import Dispatch
import Embedding
import FewShot
import Foundation
import Registry
import Statistics
import Synchronization
import Timing

/// Holds the calibration that answers use, and fits it again after changes.
///
/// Answers use the model's own values until two characters have two pictures each. From then on the daemon calibrates after every change of
/// what is enrolled, once changes have paused, and spends at most a tenth of its time on it. Answers use the former calibration meanwhile.
/// If the owner goes back to the model's own values, the daemon stops until a calibration is asked for.
final class CalibrationHost: Sendable {
    /// What the owner has chosen.
    private enum Choice: Equatable {
        /// The model's own values.
        case modelsOwn
        /// A calibration with this share of strangers' pictures that may be named.
        case calibrated(falseAccept: Double)

        /// The value of the registry's setting; nil for what holds if the owner has chosen nothing.
        init(setting: String?) {
            self =
                setting == Self.off
                ? .modelsOwn
                : .calibrated(falseAccept: setting.flatMap(Double.init) ?? RunCalibration.defaultRate)
        }

        static let off = "off"

        var falseAccept: Double? {
            if case .calibrated(let rate) = self { rate } else { nil }
        }
    }

    private struct State {
        var active: Calibration?
        var choice = Choice(setting: nil)
        var follower: Task<Void, Never>?
    }

    private let registry: Registry
    private let models: ModelHost
    private let log: Log
    private let state: Mutex<State>
    /// Runs one calibration at a time, so that each is fitted on what is enrolled when it begins.
    private let lock = AsyncLock()
    /// The thread that searches and fits, so that requests keep theirs.
    private let background = BackgroundWork("aniwho.calibration", qos: .utility)

    /// The registry's setting that holds the owner's choice.
    static let setting = "calibration.false-accept"
    /// At most so many pictures are asked of a character and in all, each with its distances to so many other characters.
    private static let (mostOfOne, mostAsked, mostOthers) = (4, 512, 64)

    /// Loads the calibration that the registry has for its active model.
    /// - Throws: the storage errors.
    init(registry: Registry, models: ModelHost, log: Log) async throws {
        self.registry = registry
        self.models = models
        self.log = log
        state = Mutex(State())
        if let model = try await registry.activeModel() { try await load(model: model.identity) }
    }

    /// Loads the owner's choice and a model's calibration from the registry.
    private func load(model: String) async throws {
        let choice = Choice(setting: try await registry.setting(Self.setting))
        let stored = try await stored(for: model)
        state.withLock { state in
            state.choice = choice
            state.active = stored
        }
    }

    /// Loads what another daemon has chosen or calibrated.
    func follow(model: String) async throws { try await lock { [self] in try await load(model: model) } }

    /// Makes a change of the registry that may change the owner's choice or the active model, while no calibration runs, and loads what
    /// holds after it.
    /// - Parameters:
    ///   - model: the one that is active after the change.
    ///   - change: the change. If it throws, the calibration stays.
    func changing<T: Sendable>(
        model: String, _ change: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await lock { [self] in
            let result = try await change()
            // The change is made: an error of the reading must not make it look as if it had failed.
            do { try await load(model: model) } catch {
                state.withLock { $0.active = nil }
                log.write(
                    .error, "cannot read the calibration; answers use the model's own values",
                    ["message": APIError(describing: error).message])
            }
            return result
        }
    }

    /// The calibration that answers of a model would use; nil also for one that this version cannot read and will make again.
    func stored(for model: String) async throws -> Calibration? {
        guard Choice(setting: try await registry.setting(Self.setting)) != .modelsOwn else { return nil }
        return try await registry.calibration(model: model).flatMap { try? Calibration($0, model: model) }
    }

    /// The calibration that answers of a model use; nil while they use the model's own values.
    func active(for model: Model) -> Calibration? {
        state.withLock { $0.active.flatMap { $0.model == model.identity ? $0 : nil } }
    }

    /// The decision of answers, nil if neither the calibration nor the model has a rule; and the identity of the calibration that it is from.
    /// Both are of one moment, so an answer never names another calibration than the one that it rests on.
    func answering(by model: Model) -> (decision: Decision?, calibration: String) {
        let (active, rate) = state.withLock { ($0.active, $0.choice.falseAccept) }
        let calibration = active.flatMap { $0.model == model.identity ? $0 : nil }
        return (
            Decision(model, calibration, falseAccepts: rate), calibration?.identity ?? ShowCalibration.modelsOwn
        )
    }

    /// The decision of answers; nil if neither the calibration nor the model has a rule.
    func decision(of model: Model) -> Decision? { answering(by: model).decision }

    /// The decision of answers by a model that is not active; nil if neither its stored calibration nor the model has a rule.
    func decision(ofInactive model: Model) async throws -> Decision? {
        Decision(
            model, try await stored(for: model.identity),
            falseAccepts: state.withLock { $0.choice.falseAccept })
    }

    func status(for model: Model) -> ShowCalibration.Response {
        let active = active(for: model)
        return ShowCalibration.Response(
            identity: active?.identity ?? ShowCalibration.modelsOwn, calibration: active?.report,
            followsChanges: state.withLock { $0.choice } != .modelsOwn)
    }

    /// Calibrates on what is enrolled, and uses the result from now on.
    /// - Parameter falseAccept: the share of strangers' pictures that may be named; nil for the one chosen last.
    /// - Throws: `too_few_images` and `modelNotActive`, `interrupted`; nothing has changed then.
    func run(falseAccept: Double?, for model: Model) async throws {
        try await lock { [self] in
            try await registry.calibrating { try await self.calibrate(falseAccept: falseAccept, for: model) }
        }
    }

    /// The report of the calibration that ``run(falseAccept:for:)`` would make.
    /// - Throws: `too_few_images` and `modelNotActive`.
    func trial(falseAccept: Double?, for model: Model) async throws -> CalibrationReport {
        let rate = falseAccept ?? state.withLock { $0.choice.falseAccept } ?? RunCalibration.defaultRate
        return try Calibration(try await fit(allowing: rate, for: model), model: model.identity).report
    }

    private func calibrate(falseAccept: Double?, for model: Model) async throws {
        let start = ContinuousClock.now
        let chosen = state.withLock { $0.choice }
        let rate = falseAccept ?? chosen.falseAccept ?? RunCalibration.defaultRate
        let record = try await fit(allowing: rate, for: model)
        let calibration = try Calibration(record, model: model.identity)
        try SharedWork.commit()
        try await registry.storeCalibration(record, model: model.identity)
        if chosen != .calibrated(falseAccept: rate) { try await registry.setSetting(Self.setting, String(rate)) }
        state.withLock { state in
            state.active = calibration
            state.choice = .calibrated(falseAccept: rate)
        }
        log.write(
            .info, "calibrated",
            [
                "calibration": calibration.identity, "pictures": String(calibration.report.pictures),
                "ms": String(format: "%.1f", (ContinuousClock.now - start).seconds * 1000),
            ])
    }

    /// Goes back to the model's own values.
    /// - Throws: the storage errors.
    func reset() async throws {
        try await lock { [self] in
            try await registry.setSetting(Self.setting, Choice.off)
            try await registry.removeCalibrations()
            state.withLock { state in
                state.active = nil
                state.choice = .modelsOwn
            }
        }
    }

    /// Begins to calibrate after changes, until ``stop()``.
    /// - Parameter pause: how long changes must have paused, and the time between two checks.
    func start(pause: Duration = .seconds(2)) {
        let task = Task { [self] in
            var (seen, done) = (-1, -1)
            var rest = pause
            while (try? await Task.sleep(for: rest)) != nil {
                rest = pause
                let revision = registry.supportRevision
                defer { seen = revision }
                // Of several daemons one calibrates, and the others load what it has stored.
                guard revision == seen, revision != done, registry.isLeader,
                    state.withLock({ $0.choice }) != .modelsOwn
                else { continue }
                let start = ContinuousClock.now
                await follow()
                done = revision
                rest = max(pause, (ContinuousClock.now - start) * 9)
            }
        }
        state.withLock { $0.follower = task }
    }

    func stop() { state.withLock { $0.follower }?.cancel() }

    /// Calibrates again, unless the owner has gone back to the model's own values meanwhile. If too few pictures are left, answers use
    /// the model's own values until there are enough.
    func follow() async {
        await lock { [self] in
            guard let rate = state.withLock({ $0.choice.falseAccept }) else { return }
            do {
                let model = try await models.active(timeout: .zero).model
                try await registry.calibrating { try await self.calibrate(falseAccept: rate, for: model) }
            } catch let error as APIError where error.code == .tooFewImages {
                let former = state.withLock { state in
                    defer { state.active = nil }
                    return state.active
                }
                if former != nil { log.write(.warning, "not calibrated", ["message": error.message]) }
            } catch {
                log.write(.warning, "not calibrated", ["message": APIError(describing: error).message])
            }
        }
    }

    private func fit(allowing rate: Double, for model: Model) async throws -> StoredCalibration {
        let records = try await registry.spreads(model: model.identity)
        let eligible = records.indices.filter { records[$0].count > 1 }
        guard eligible.count >= 2 else {
            throw APIError(
                .tooFewImages,
                "a calibration needs two characters with two pictures each; \(eligible.count) of \(records.count) have so many. Answers use the model's own values."
            )
        }
        // Characters evenly spaced: the work does not grow with the registry.
        let asked = min(eligible.count, Self.mostAsked / Self.mostOfOne)
        var questions: [DecisionQuestion] = []
        for number in 0..<asked {
            let place = eligible[number * eligible.count / asked]
            let supports = try await registry.supports(
                ofCharacter: records[place].characterID, model: model.identity)
            questions += try await ask(
                supports, of: records[place].characterID, place: place, among: records.count, model)
        }
        let asks = questions
        let fit = try await background {
            do throws(DataSetError) {
                return try RegistryCalibration.fit(asks, prior: model.decisionRule, falseAccepts: rate, seed: 1)
            } catch { throw APIError(.tooFewImages, error.message) }
        }
        return try Calibration.stored(
            CalibrationReport(
                allowedFalseAccepts: rate, rule: fit.rule, temperature: fit.temperature,
                characters: records.count, pictures: questions.count, calibrationError: fit.calibrationError,
                falseAccepts: fit.falseAccepts, falseRejects: fit.falseRejects, namedRightly: fit.namedRightly))
    }

    /// Asks about pictures of a character, each left out of its own means.
    private func ask(
        _ supports: [[Float]], of character: Int64, place: Int, among characters: Int, _ model: Model
    ) async throws -> [DecisionQuestion] {
        // Pictures may have been removed since the characters were counted.
        guard supports.count > 1 else { return [] }
        let (registry, asked) = (self.registry, min(supports.count, Self.mostOfOne))
        return try await background {
            let appearances = CharacterAppearances(supports, grouping: model.grouping)
            return try (0..<asked).compactMap { number in
                let left = number * supports.count / asked
                let query = supports[left]
                // One query at a time, so that a request waits for at most one search.
                let likely = try registry.likely(
                    queries: [query], model: model.identity, top: Self.mostOthers + 1,
                    given: model.decisionRule?.covariance ?? .typical)[0]
                return DecisionQuestion(
                    character: place, query, own: appearances.seen(by: query, leavingOut: left),
                    others: likely.neighbors.filter { $0.characterID != character }, enrolled: characters)
            }
        }
    }
}
