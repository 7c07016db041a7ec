import API
import Dispatch
import Embedding
import FewShot
import Foundation
import Registry
import Synchronization

extension Services {
    /// T of the softmax over the mean's −distance / T: the registry's own calibration's, or the model's.
    func meanTemperature(of model: Model) -> Float {
        calibrations.active(for: model).map { Float($0.info.temperature) } ?? model.temperature
    }
}

/// Holds the calibration that answers use, makes it, and makes it again after changes.
///
/// The model's own temperature and radius are used until the owner asks for a calibration; from then on the daemon follows every
/// change of what is enrolled, once changes have paused, and never more than a tenth of the time. Questions are answered meanwhile
/// by the calibration before.
final class CalibrationHost: Sendable {
    private struct State {
        var active: Calibration?
        /// The part of strangers that may be accepted; nil where the model's own values are used.
        var falseAccept: Double?
        var follower: Task<Void, Never>?
    }

    private let registry: Registry
    private let models: ModelHost
    private let log: Log
    private let state: Mutex<State>
    /// The owner's calibrations and those that follow changes: each is of what is enrolled when its turn comes.
    private let turns = Turns()
    /// Where is searched and fitted: never on the threads that requests share.
    private let background = BackgroundWork("aniwho.calibration", qos: .utility)

    /// The registry's setting that holds the owner's choice.
    static let setting = "calibration.false-accept"
    /// Pictures asked at most, of a character and in all, and characters whose distances a question knows.
    private static let (mostOfOne, mostAsked, mostOthers) = (4, 512, 256)

    /// Takes up the calibration that the registry holds for its active model.
    /// - Throws: the storage errors.
    init(registry: Registry, models: ModelHost, log: Log) async throws {
        self.registry = registry
        self.models = models
        self.log = log
        state = Mutex(State())
        if let model = try await registry.activeModel() { try await takeUp(model: model.identity) }
    }

    /// Takes up what the registry holds now: the owner's choice, and a model's calibration.
    func takeUp(model: String) async throws {
        let falseAccept = try await registry.setting(Self.setting).flatMap(Double.init)
        let stored = try await stored(for: model)
        state.withLock { state in
            state.falseAccept = falseAccept
            state.active = stored
        }
    }

    /// The calibration that a model's answers would use; nil as well for one that this version cannot read: it is made again.
    func stored(for model: String) async throws -> Calibration? {
        guard try await registry.setting(Self.setting) != nil else { return nil }
        return try await registry.calibration(model: model).flatMap { try? Calibration($0, model: model) }
    }

    /// The calibration that a model's answers use; nil where they use the model's own values.
    func active(for model: Model) -> Calibration? {
        state.withLock { $0.active.flatMap { $0.model == model.identity ? $0 : nil } }
    }

    func status(for model: Model) -> ShowCalibration.Response {
        let active = active(for: model)
        return ShowCalibration.Response(
            identity: active?.identity ?? ShowCalibration.modelsOwn, calibration: active?.info,
            followsChanges: state.withLock { $0.falseAccept } != nil)
    }

    /// Calibrates on what is enrolled, and uses it from now on.
    /// - Parameter falseAccept: the part of strangers that may be accepted; nil for the one chosen last.
    /// - Throws: `too_few_images`, and nothing has changed then; `modelNotActive`.
    func run(falseAccept: Double?, for model: Model) async throws {
        try await turns { try await self.calibrate(falseAccept: falseAccept, for: model) }
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
                "calibration": calibration.identity, "pictures": String(calibration.info.pictures),
                "ms": String(format: "%.1f", (ContinuousClock.now - start).seconds * 1000),
            ])
    }

    /// Goes back to the model's own values.
    /// - Throws: the storage errors.
    func reset() async throws {
        try await turns { [self] in
            try await registry.setSetting(Self.setting, nil)
            try await registry.removeCalibrations()
            state.withLock { state in
                state.active = nil
                state.falseAccept = nil
            }
        }
    }

    /// Begins to follow changes, until ``stop()``.
    /// - Parameter pause: for so long nothing must have changed, and between two looks at it.
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

    /// Calibrates again. Where too little is left to do so, the model's own values answer until there is enough.
    private func follow() async {
        do {
            try await run(falseAccept: nil, for: try await models.active(patience: .zero).model)
        } catch let error as APIError where error.code == .tooFewImages {
            state.withLock { $0.active = nil }
            log.write(.warning, "not calibrated", ["message": error.message])
        } catch {
            log.write(.warning, "not calibrated", ["message": APIError(describing: error).message])
        }
    }

    private func fit(allowing rate: Double, for model: Model) async throws -> CalibrationRecord {
        let records = try await registry.spreads(model: model.identity)
        let eligible = records.indices.filter { records[$0].count > 1 }
        guard eligible.count >= 2 else {
            throw APIError(
                .tooFewImages,
                "a calibration needs two characters with two pictures each, and \(eligible.count) of \(records.count) have so many; the model's own temperature and radius stay"
            )
        }
        // Characters at even distances: what is asked does not grow with the registry.
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
        let info = CalibrationReport(
            allowedFalseAccepts: rate, temperature: fit.temperature, commonRadius: fit.commonRadius,
            characters: records.count, pictures: questions.count, calibrationError: RateInfo(fit.calibrationError),
            falseAccepts: RateInfo(fit.falseAccepts), falseRejects: RateInfo(fit.falseRejects),
            namedRightly: RateInfo(fit.namedRightly))
        return try Calibration.record(
            info, radii: zip(records, fit.radii).map { (character: $0.characterID, radius: $1) })
    }

    /// Asks about pictures of a character, each left out of it.
    private func ask(
        _ supports: [[Float]], of character: Int64, _ places: [Int64: Int], _ model: Model
    ) async throws -> [OwnCalibration.Question] {
        // A picture may be gone since the characters were counted.
        guard supports.count > 1, let place = places[character] else { return [] }
        let (registry, asked) = (self.registry, min(supports.count, Self.mostOfOne))
        return try await background {
            try (0..<asked).compactMap { number in
                let left = number * supports.count / asked
                let others = supports.indices.filter { $0 != left }.map { supports[$0] }
                // One at a time, so that a question from outside waits for one search at most.
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
