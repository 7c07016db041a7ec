import API
import Dispatch
import Embedding
import FewShot
import Foundation
import Registry
import Synchronization
import Timing

/// Holds the calibration that answers use, and fits it again after changes.
///
/// Answers use the model's own temperature and radius until the owner asks for a calibration. From then on the daemon calibrates
/// again after every change of what is enrolled, once changes have paused, and spends at most a tenth of its time on it. Answers
/// use the former calibration meanwhile.
final class CalibrationHost: Sendable {
    private struct State {
        var active: Calibration?
        /// The share of strangers' pictures that may be named; nil while answers use the model's own values.
        var falseAccept: Double?
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
    private static let (mostOfOne, mostAsked, mostOthers) = (4, 512, 256)

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
    func load(model: String) async throws {
        let falseAccept = try await registry.setting(Self.setting).flatMap(Double.init)
        let stored = try await stored(for: model)
        state.withLock { state in
            state.falseAccept = falseAccept
            state.active = stored
        }
    }

    /// The calibration that answers of a model would use; nil also for one that this version cannot read and will make again.
    func stored(for model: String) async throws -> Calibration? {
        guard try await registry.setting(Self.setting) != nil else { return nil }
        return try await registry.calibration(model: model).flatMap { try? Calibration($0, model: model) }
    }

    /// The calibration that answers of a model use; nil while they use the model's own values.
    func active(for model: Model) -> Calibration? {
        state.withLock { $0.active.flatMap { $0.model == model.identity ? $0 : nil } }
    }

    func status(for model: Model) -> ShowCalibration.Response {
        let active = active(for: model)
        return ShowCalibration.Response(
            identity: active?.identity ?? ShowCalibration.modelsOwn, calibration: active?.report,
            followsChanges: state.withLock { $0.falseAccept } != nil)
    }

    /// Calibrates on what is enrolled, and uses the result from now on.
    /// - Parameter falseAccept: the share of strangers' pictures that may be named; nil for the one chosen last.
    /// - Throws: `too_few_images` and `modelNotActive`; nothing has changed then.
    func run(falseAccept: Double?, for model: Model) async throws {
        try await lock { try await self.calibrate(falseAccept: falseAccept, for: model) }
    }

    private func calibrate(falseAccept: Double?, for model: Model) async throws {
        let start = ContinuousClock.now
        let rate = falseAccept ?? state.withLock { $0.falseAccept } ?? RunCalibration.defaultRate
        let record = try await fit(allowing: rate, for: model)
        let calibration = try Calibration(record, model: model.identity)
        try await registry.storeCalibration(record, model: model.identity)
        if state.withLock({ $0.falseAccept }) != rate { try await registry.setSetting(Self.setting, String(rate)) }
        state.withLock { state in
            state.active = calibration
            state.falseAccept = rate
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
            try await registry.setSetting(Self.setting, nil)
            try await registry.removeCalibrations()
            state.withLock { state in
                state.active = nil
                state.falseAccept = nil
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
                guard revision == seen, revision != done, state.withLock({ $0.falseAccept }) != nil else { continue }
                let start = ContinuousClock.now
                await follow()
                done = revision
                rest = max(pause, (ContinuousClock.now - start) * 9)
            }
        }
        state.withLock { $0.follower = task }
    }

    func stop() { state.withLock { $0.follower }?.cancel() }

    /// Calibrates again. If too few pictures are left, answers use the model's own values until there are enough.
    private func follow() async {
        do {
            try await run(falseAccept: nil, for: try await models.active(timeout: .zero).model)
        } catch let error as APIError where error.code == .tooFewImages {
            state.withLock { $0.active = nil }
            log.write(.warning, "not calibrated", ["message": error.message])
        } catch {
            log.write(.warning, "not calibrated", ["message": APIError(describing: error).message])
        }
    }

    private func fit(allowing rate: Double, for model: Model) async throws -> StoredCalibration {
        let records = try await registry.spreads(model: model.identity)
        let eligible = records.indices.filter { records[$0].count > 1 }
        guard eligible.count >= 2 else {
            throw APIError(
                .tooFewImages,
                "a calibration needs two characters with two pictures each; \(eligible.count) of \(records.count) have so many. Answers use the model's own temperature and radius."
            )
        }
        // Characters evenly spaced: the work does not grow with the registry.
        let asked = min(eligible.count, Self.mostAsked / Self.mostOfOne)
        var questions: [OwnCalibration.Question] = []
        let places = Dictionary(
            uniqueKeysWithValues: records.enumerated().map { ($0.element.characterID, $0.offset) })
        for number in 0..<asked {
            let place = eligible[number * eligible.count / asked]
            let supports = try await registry.supports(
                ofCharacter: records[place].characterID, model: model.identity)
            questions += try await ask(supports, of: records[place].characterID, places, model)
        }
        let spreads = records.map { OwnCalibration.Spread(count: $0.count, spread: $0.spread) }
        let asks = questions
        let fit = try await background {
            try OwnCalibration.fit(spreads, questions: asks, falseAccepts: rate, seed: 1)
        }
        let report = CalibrationReport(
            allowedFalseAccepts: rate, temperature: fit.temperature, commonRadius: fit.commonRadius,
            characters: records.count, pictures: questions.count, calibrationError: fit.calibrationError,
            falseAccepts: fit.falseAccepts, falseRejects: fit.falseRejects,
            namedRightly: fit.namedRightly)
        return try Calibration.stored(
            report, radii: zip(records, fit.radii).map { (character: $0.characterID, radius: $1) })
    }

    /// Asks about pictures of a character, each left out of its own mean.
    private func ask(
        _ supports: [[Float]], of character: Int64, _ places: [Int64: Int], _ model: Model
    ) async throws -> [OwnCalibration.Question] {
        // Pictures may have been removed since the characters were counted.
        guard supports.count > 1, let place = places[character] else { return [] }
        let (registry, asked) = (self.registry, min(supports.count, Self.mostOfOne))
        return try await background {
            try (0..<asked).compactMap { number in
                let left = number * supports.count / asked
                let others = supports.indices.filter { $0 != left }.map { supports[$0] }
                // One query at a time, so that a request waits for at most one search.
                let near = try registry.search(
                    queries: [supports[left]], model: model.identity, top: Self.mostOthers + 1, temperature: 1
                )[0].filter { $0.characterID != character }
                guard let nearest = near.first.flatMap({ places[$0.characterID] }) else { return nil }
                return OwnCalibration.Question(
                    character: place, own: Double(MeanHead(support: [others]).distances(to: supports[left])[0]),
                    others: near.map { Double($0.distance) }, nearestOther: nearest)
            }
        }
    }
}
