import FewShot
import NeuralNetwork
import Statistics

/// How good a network is after an epoch, on pictures that do not train it.
struct ValidationResult {
    var accuracy: Estimate?
    /// In nats. If there is one, the best epoch is the one with the lowest.
    var loss: Double?
    /// On the held-out pictures of the training classes.
    var heldAccuracy: Double?
    /// Only of a detector; see ``EpochRecord``.
    var falseBoxes: Double?
    var threshold: Double?
}

extension Objective {
    /// Measures the few-shot accuracy on the validation classes, and the classifier's accuracy on held-out pictures.
    func validate(_ setup: RunSetup, _ weights: () -> [String: Tensor]) async throws(TrainingError) -> ValidationResult
    {
        guard setup.validation != nil || setup.held != nil else { return ValidationResult() }
        let plan = try setup.inferencePlan(weights())
        let evaluation = try await setup.validation?.accuracy(plan)
        return ValidationResult(
            accuracy: evaluation.map { Estimate(mean: $0.accuracy, interval: $0.interval) },
            heldAccuracy: try setup.held?.accuracy(plan, self))
    }

    func isTrainable(_ parameter: String) -> Bool { true }

    var isNetworkFrozen: Bool { false }
}
