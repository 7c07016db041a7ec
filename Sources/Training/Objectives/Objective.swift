import NeuralNetwork

/// What a run minimises: it makes the batch of a step, and takes a step's gradients.
protocol Objective: Sendable {
    associatedtype Batch: Sendable

    /// The batch of a step; it follows from the seed, the epoch and the step alone, on whichever thread.
    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch

    /// Takes a batch through the network forward and backward: the gradients of all parameters are added up.
    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) -> StepResult

    /// How many rows of features, N × D, the classifier tells rightly; nil where the objective has no classifier.
    func correct(_ features: [Float], labels: [Int]) -> Int?

    /// Measures the network after an epoch.
    /// - Parameter network: makes it ready for inference, which takes a moment.
    func judge(_ setup: RunSetup, _ network: () throws(TrainingError) -> InferencePlan) async throws(TrainingError)
        -> Judgement

    /// Which of the network's parameters train.
    func isTrainable(_ parameter: String) -> Bool

    /// Whether none does, so that checkpoints need not hold them.
    var isNetworkFrozen: Bool { get }

    /// Parameters that train beside the network's; empty where there are none.
    var classifierParameters: [Parameter] { get }
}

/// What a step says of itself.
struct StepResult {
    /// The mean over what was asked, in nats.
    let loss: Double
    /// How many of the pictures asked about were told rightly.
    let correct: Int
    let asked: Int
}
