import API
import Embedding
import FewShot
import Registry
import Statistics

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

/// How answers decide between a name and "unknown".
struct Decision: Sendable {
    /// Gives the probabilities.
    let covariance: TwoCovariance
    /// The probability that a name needs.
    let threshold: Double

    /// - Parameters:
    ///   - calibration: the registry's own; nil to use the model's rule.
    ///   - falseAccepts: the share of strangers that may be named by the model's rule.
    /// - Returns: nil if there is no calibration and the model has no rule.
    init?(_ model: Model, _ calibration: Calibration?, falseAccepts: Double?) {
        if let report = calibration?.report {
            (covariance, threshold) = (report.rule.covariance, report.threshold)
        } else if let rule = model.decisionRule {
            covariance = rule.covariance
            threshold = rule.threshold(falseAccepts: falseAccepts ?? DecisionRule.defaultFalseAccepts)
        } else {
            return nil
        }
    }
}

extension Model {
    /// The model's own rule.
    var decisionRule: DecisionRule? { .ofModel(decision, radius: radius) }

    /// What finds the appearances of a character, as the registry does; nil if every character has one mean. It is not the calibration's,
    /// so that a calibration does not change what is enrolled.
    var grouping: TwoCovariance? { decisionRule?.covariance }
}

extension Services {
    /// T of the softmax over −distance / T to the characters' means: from the registry's calibration, or the model's.
    func meanTemperature(of model: Model) -> Float {
        calibrations.active(for: model).map { Float($0.report.temperature) } ?? model.temperature
    }

    /// The decision that answers make now; nil if neither the registry's calibration nor the model has a rule.
    func decision(of model: Model) -> Decision? { calibrations.decision(of: model) }
}
