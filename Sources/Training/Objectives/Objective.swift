import NeuralNetwork

/// What a run minimizes. An objective makes the batch of a step and computes its gradients.
protocol Objective: Sendable {
    associatedtype Batch: Sendable

    /// One batch of an epoch. It depends only on the seed, the epoch and its number there, whatever the thread or the rank.
    /// - Parameter step: the batch's number. With one rank it is that of the step; see ``TrainingConfiguration/batches``.
    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch

    /// Runs a batch forward and backward, and adds to the gradients of all parameters.
    /// - Throws: `NetworkError` with `outOfMemory`.
    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) throws(NetworkError) -> StepResult

    /// The number of rows of features, N × D, that the classifier gets right; nil if the objective has no classifier.
    func correct(_ features: [Float], labels: [Int]) -> Int?

    /// Measures the network after an epoch.
    /// - Parameter weights: copies the network's tensors, which takes a moment.
    func validate(_ setup: RunSetup, _ weights: () -> [String: Tensor]) async throws(TrainingError) -> ValidationResult

    /// Whether a parameter of the network trains.
    func isTrainable(_ parameter: String) -> Bool

    /// Whether no parameter of the network trains, so that checkpoints can leave them out.
    var isNetworkFrozen: Bool { get }

    /// Parameters that train beside the network's; may be empty.
    var classifierParameters: [Parameter] { get }
}

/// The result of a step.
struct StepResult {
    /// The mean over the pictures asked about, in nats.
    var loss: Double
    /// How many of the pictures asked about were right.
    let correct: Int
    let asked: Int
}
