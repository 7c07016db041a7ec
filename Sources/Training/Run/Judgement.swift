import FewShot
import NeuralNetwork

/// How good a network is after an epoch, on what does not train.
struct Judgement {
    var accuracy: Double?
    /// 95 %, of `accuracy`.
    var interval: [Double]?
    /// In nats; where it is there, the best epoch is that with the lowest.
    var loss: Double?
    /// On held pictures of the training classes.
    var heldAccuracy: Double?
}

extension Objective {
    /// Few-shot accuracy on the validation classes, and the classifier's on held pictures.
    func judge(_ setup: RunSetup, _ network: () throws(TrainingError) -> InferencePlan) async throws(TrainingError)
        -> Judgement
    {
        guard setup.validation != nil || setup.held != nil else { return Judgement() }
        let plan = try network()
        let evaluation = try await setup.validation?.accuracy(plan)
        return Judgement(
            accuracy: evaluation?.accuracy,
            interval: evaluation.map { [$0.interval.lowerBound, $0.interval.upperBound] },
            heldAccuracy: setup.held?.accuracy(plan, self))
    }

    func isTrainable(_ parameter: String) -> Bool { true }

    var isNetworkFrozen: Bool { false }
}
