import FewShot
import NeuralNetwork
import Statistics

/// Transfer learning: dropout and a dense layer on the features of a network that is frozen, or trains as well.
///
/// `@unchecked Sendable` is sound: the dense layer is only touched by `gradients` and `judge`, which the run calls one after the other.
final class TransferObjective: Objective, @unchecked Sendable {
    /// Where an epoch's features come from.
    enum Source: Sendable {
        /// A frozen network has made them before.
        case features(FrozenFeatures)
        /// The network makes them of pictures; the parameters named train.
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

    /// - Parameter saved: the dense layer's tensors, from a checkpoint or a classifier's file; nil begins anew as Keras does, uniform
    ///   within ±√(6 / (D + C)) (Glorot and Bengio, AISTATS 2010).
    init(
        _ setup: RunSetup, _ pictures: TransferPictures, _ settings: Transfer, _ source: Source,
        branches: BranchDropping, saved: [String: Tensor]?
    ) throws(TrainingError) {
        (self.setup, self.pictures, self.source, self.branches) = (setup, pictures, source, branches)
        let (classes, width, seed) = (setup.maker.store.sizes.count, setup.width, setup.maker.seed)
        let order = EpochOrder(
            sizes: setup.maker.store.sizes, balance: 1, count: setup.steps * settings.batch, seed: seed)
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

    /// A dense layer of its tensors.
    /// - Throws: `NetworkError` when they do not fit.
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

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) -> StepResult {
        switch source {
        case .features:
            return training.gradients(batch.values, labels: batch.labels, epoch: epoch, step: step).0
        case .network:
            let pass = branches.forward(batch.values, plan, epoch: epoch, step: step)
            let (result, gradient) = training.gradients(pass.features, labels: batch.labels, epoch: epoch, step: step)
            plan.backward(pass, gradient: gradient)
            return result
        }
    }

    /// On the validation pictures as they are, by the loss without label smoothing.
    func judge(_ setup: RunSetup, _ network: () throws(TrainingError) -> InferencePlan) async throws(TrainingError)
        -> Judgement
    {
        let features =
            switch source {
            case .features(let features): features.validation
            case .network:
                try FeatureMaker(plan: try network()).features(setup.plainMaker(pictures.validation)) { _ in }
            }
        let labels = pictures.validation.labels
        let result = CrossEntropy()(dense.forward(features), labels: labels)
        let share = Estimate(successes: result.correct, of: labels.count)
        return Judgement(
            accuracy: share.mean, interval: [share.low, share.high], loss: result.loss)
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
