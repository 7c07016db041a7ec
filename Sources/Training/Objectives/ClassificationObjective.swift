import FewShot
import NeuralNetwork
import Randomness
import Synchronization

/// Classical training: a classifier over the training classes, by cross-entropy.
///
/// `@unchecked Sendable` is sound: the classifier is only touched by `gradients`, which the run calls from one task at a time.
final class ClassificationObjective: Objective, @unchecked Sendable {
    struct Batch: Sendable {
        let pixels: [Float]
        let labels: [Int]
    }

    private let maker: BatchMaker
    private let settings: Pretraining
    private let branches: BranchDropping
    private let order: EpochOrder
    private let classifier: any Classifier
    private let loss: CrossEntropy
    /// The epoch whose pictures were drawn last.
    private let drawn = Mutex<(epoch: Int, pictures: [(label: Int, image: Int)])>((-1, []))

    /// - Parameters:
    ///   - width: of the network's features.
    ///   - steps: batches in an epoch.
    ///   - saved: the classifier's tensors from a checkpoint; nil begins anew.
    /// - Throws: ``TrainingError`` when the saved tensors do not fit.
    init(
        _ maker: BatchMaker, _ settings: Pretraining, branches: BranchDropping, width: Int, steps: Int,
        saved: [String: Tensor]?
    ) throws(TrainingError) {
        let classes = maker.store.sizes.count
        (self.maker, self.settings, self.branches) = (maker, settings, branches)
        order = EpochOrder(
            sizes: maker.store.sizes, balance: settings.balance, count: steps * settings.batch, seed: maker.seed)
        loss = CrossEntropy(labelSmoothing: settings.labelSmoothing)
        let name = String(Checkpoint.classifierPrefix.dropLast())
        let weight: Tensor
        if let saved {
            guard let tensor = saved["\(name).weight"], tensor.shape == [classes, width] else {
                throw TrainingError(
                    .badInput, "the checkpoint's classifier does not fit \(classes) classes of width \(width)")
            }
            weight = tensor
        } else {
            weight = Self.initial(classes: classes, width: width, seed: maker.seed)
        }
        do throws(NetworkError) {
            switch settings.classifier {
            case .linear:
                let bias =
                    saved?["\(name).bias"] ?? Tensor(shape: [classes], values: [Float](repeating: 0, count: classes))
                classifier = try Linear(name, weight: weight, bias: bias)
            case .cosine(let scale, let margin):
                classifier = CosineClassifier(name, weight: weight, scale: scale, margin: margin)
            }
        } catch { throw TrainingError(error) }
    }

    /// Uniform within ±√(1 / width), as PyTorch's dense layers begin.
    private static func initial(classes: Int, width: Int, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed, RandomStream.weights)
        let bound = 1 / Double(width).squareRoot()
        return Tensor(
            shape: [classes, width], values: (0..<classes * width).map { _ in Float(random.uniform(-bound, bound)) })
    }

    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch {
        let pictures = drawn.withLock { drawn in
            if drawn.epoch != epoch { drawn = (epoch, order.pictures(epoch: epoch)) }
            return Array(drawn.pictures[step * settings.batch..<(step + 1) * settings.batch])
        }
        return Batch(pixels: try maker.pixels(pictures, epoch: epoch, step: step), labels: pictures.map(\.label))
    }

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) -> StepResult {
        let pass = branches.forward(batch.pixels, plan, epoch: epoch, step: step)
        var stream = SplitMix64(seed: maker.seed, RandomStream.dropout, UInt64(epoch), UInt64(step))
        var dropout = Dropout(rate: settings.dropout, seed: stream.next())
        let factors = dropout.factors(pass.features.count)
        let features = Dropout.apply(factors, to: pass.features)
        let logits = classifier.forward(features, labels: batch.labels)
        let result = loss(logits, labels: batch.labels)
        let gradient = classifier.backward(features, gradient: result.gradient)
        plan.backward(pass, gradient: Dropout.apply(factors, to: gradient))
        return StepResult(loss: result.loss, correct: result.correct, asked: batch.labels.count)
    }

    func correct(_ features: [Float], labels: [Int]) -> Int? {
        // Without labels no margin is taken off.
        loss(classifier.forward(features, labels: []), labels: labels).correct
    }

    var classifierParameters: [Parameter] { classifier.trainableParameters }
}

/// What stands on the features while they train.
protocol Classifier {
    /// - Returns: logits, N × C, from features, N × D.
    func forward(_ features: [Float], labels: [Int]) -> [Float]
    /// Adds to its parameters' gradients.
    /// - Returns: the features' gradient.
    func backward(_ features: [Float], gradient: [Float]) -> [Float]
    var trainableParameters: [Parameter] { get }
}

extension Linear: Classifier {
    func forward(_ features: [Float], labels: [Int]) -> [Float] { forward(features) }
}

extension CosineClassifier: Classifier {}
