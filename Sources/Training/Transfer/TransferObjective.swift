import FewShot
import NeuralNetwork
import Statistics

/// Transfer learning: dropout and a dense layer on the features of a network that is frozen or trains as well.
///
/// `@unchecked Sendable` is sound: only `gradients` and `validate` touch the dense layer, and the run calls them one after the other.
final class TransferObjective: Objective, @unchecked Sendable {
    /// Where the features of an epoch come from.
    enum Source: Sendable {
        /// A frozen network computed them before the run.
        case features(FrozenFeatures)
        /// The network computes them in every step, and these parameters train.
        case network(trainable: Set<String>)
    }

    struct Batch: Sendable {
        /// Rows of features, or pixels.
        let values: [Float]
        let labels: [Int]
    }

    private let setup: RunSetup
    private let pictures: TransferPictures
    private let source: Source
    private let branches: BranchDropping
    private let batches: EpochBatches
    private let dense: Linear
    private let training: ClassifierTraining

    /// - Parameter saved: the dense layer's tensors, from a checkpoint or a classifier's file; nil begins with Keras's
    ///   random weights, uniform within ±√(6 / (D + C)) (Glorot and Bengio, AISTATS 2010).
    init(
        _ setup: RunSetup, _ pictures: TransferPictures, _ settings: TransferSettings, _ source: Source,
        branches: BranchDropping, saved: [String: Tensor]?
    ) throws(TrainingError) {
        (self.setup, self.pictures, self.source, self.branches) = (setup, pictures, source, branches)
        let (classes, width, seed) = (setup.maker.store.sizes.count, setup.width, setup.maker.seed)
        let order = EpochOrder(
            sizes: setup.maker.store.sizes, balance: 1, count: setup.batches * settings.batch, seed: seed)
        batches = EpochBatches(order, batch: settings.batch)
        let bound = (6 / Double(width + classes)).squareRoot()
        do {
            dense = try Self.dense(
                saved ?? [
                    "classifier.weight": .uniform(classes, width, bound: bound, seed: seed),
                    "classifier.bias": .zeros(classes),
                ], classes: classes, width: width)
        } catch { throw TrainingError(error) }
        training = ClassifierTraining(
            classifier: dense, loss: CrossEntropy(labelSmoothing: settings.labelSmoothing), dropout: settings.dropout,
            seed: seed)
    }

    /// The dense layer with these tensors.
    /// - Throws: `NetworkError` if they do not fit.
    static func dense(_ tensors: [String: Tensor], classes: Int, width: Int) throws(NetworkError) -> Linear {
        let name = String(Checkpoint.classifierPrefix.dropLast())
        guard let weight = tensors["\(name).weight"], let bias = tensors["\(name).bias"],
            weight.shape == [classes, width]
        else {
            throw NetworkError(.shapeMismatch, "the dense layer does not fit \(classes) classes of width \(width)")
        }
        return try Linear(name, weight: weight, bias: bias)
    }

    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch {
        let chosen = batches.pictures(epoch: epoch, step: step)
        let values =
            switch source {
            case .features(let features): features.rows(chosen, epoch: epoch)
            case .network: try setup.maker.pixels(chosen, epoch: epoch, step: step)
            }
        return Batch(values: values, labels: chosen.map(\.label))
    }

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) throws(NetworkError) -> StepResult {
        switch source {
        case .features:
            return training.gradients(batch.values, labels: batch.labels, epoch: epoch, step: step).0
        case .network:
            let pass = try branches.forward(batch.values, plan, epoch: epoch, step: step)
            let (result, gradient) = training.gradients(pass.features, labels: batch.labels, epoch: epoch, step: step)
            try plan.backward(pass, gradient: gradient)
            return result
        }
    }

    /// Measures the validation pictures without augmentation; the loss is without label smoothing.
    func validate(_ setup: RunSetup, _ weights: () -> [String: Tensor]) async throws(TrainingError) -> ValidationResult
    {
        let features =
            switch source {
            case .features(let features): features.validation
            case .network:
                try FeatureExtractor(plan: try setup.inferencePlan(weights())).features(
                    setup.plainMaker(pictures.validation)
                ) { _ in }
            }
        let labels = pictures.validation.labels
        let result = CrossEntropy()(dense.forward(features), labels: labels)
        return ValidationResult(
            accuracy: Estimate(successes: result.correct, of: labels.count), loss: result.loss)
    }

    func isTrainable(_ parameter: String) -> Bool {
        switch source {
        case .features: false
        case .network(let trainable): trainable.contains(parameter)
        }
    }

    var isNetworkFrozen: Bool {
        if case .features = source { true } else { false }
    }

    func correct(_ features: [Float], labels: [Int]) -> Int? {
        CrossEntropy()(dense.forward(features), labels: labels).correct
    }

    var classifierParameters: [Parameter] { dense.trainableParameters }
}
