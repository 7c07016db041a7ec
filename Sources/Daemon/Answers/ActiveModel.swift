import API
import Embedding
import Registry

extension Services {
    /// How long a request waits when the active model changes while it works: the registry activates a model before the daemon
    /// has read its prototypes.
    private static let changeTimeout = Duration.seconds(10)

    /// Works with the active model, and starts the work again if another model became active meanwhile.
    ///
    /// All that embeds a picture and compares it with what is enrolled does so inside one call, so that both use one model.
    /// - Parameter timeout: how long to wait for a model right after the daemon's start.
    /// - Throws: `not_ready` if there is no model by then; `busy` if the model changes for longer than ten seconds; what `work`
    ///   throws.
    func withActiveModel<T>(
        timeout: Duration = .seconds(10), _ work: (ModelHost.Active) async throws -> T
    ) async throws -> T {
        let end = ContinuousClock.now + Self.changeTimeout
        while true {
            let active = try await models.active(timeout: timeout)
            do { return try await work(active) } catch let error as RegistryError where error.reason == .modelNotActive
            {
                guard ContinuousClock.now < end else {
                    throw APIError(.busy, "the active model is changing; try again")
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }
}

/// For each character, the distance from its mean beyond which a picture is unknown.
struct Radii {
    private let calibration: Calibration?
    private let model: Model

    /// - Parameter calibration: the registry's own; nil to use the model's radius for all characters.
    init(_ model: Model, _ calibration: Calibration?) { (self.model, self.calibration) = (model, calibration) }

    /// A character's radius; nil if neither the registry's calibration nor the model has one.
    func of(_ character: Int64) -> Double? { calibration?.radius(of: character) ?? model.radius.map(Double.init) }

    /// The radius to report when no character is near, because none is enrolled or all are rejected.
    var common: Double? { calibration?.report.commonRadius ?? model.radius.map(Double.init) }
}

extension Services {
    /// T of the softmax over −distance / T to the characters' means: from the registry's calibration, or the model's.
    func meanTemperature(of model: Model) -> Float {
        calibrations.active(for: model).map { Float($0.report.temperature) } ?? model.temperature
    }

    /// The radii that answers use now.
    func radii(of model: Model) -> Radii { Radii(model, calibrations.active(for: model)) }
}
