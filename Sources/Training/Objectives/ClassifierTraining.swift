import NeuralNetwork
import Randomness

/// The training of a classifier on features: dropout, logits and cross-entropy.
struct ClassifierTraining {
    let classifier: any Classifier
    let loss: CrossEntropy
    /// The dropout rate of the features.
    let dropout: Double
    let seed: UInt64

    /// Runs features, N × D, forward and backward, and adds to the classifier's gradients.
    /// - Returns: the step's result, and the gradient of the features.
    func gradients(_ features: [Float], labels: [Int], epoch: Int, step: Int) -> (StepResult, gradient: [Float]) {
        var stream = SplitMix64(seed: seed, RandomStream.dropout, UInt64(epoch), UInt64(step))
        var dropout = Dropout(rate: dropout, seed: stream.next())
        let factors = dropout.factors(features.count)
        let dropped = Dropout.apply(factors, to: features)
        let result = loss(classifier.forward(dropped, labels: labels), labels: labels)
        let gradient = classifier.backward(dropped, gradient: result.gradient)
        return (
            StepResult(loss: result.loss, correct: result.correct, asked: labels.count),
            Dropout.apply(factors, to: gradient)
        )
    }
}

/// The layer on the features in training.
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

extension Tensor {
    /// A matrix of uniform random numbers within ±bound.
    static func uniform(_ rows: Int, _ columns: Int, bound: Double, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed, RandomStream.weights)
        return Tensor(
            shape: [rows, columns], values: (0..<rows * columns).map { _ in Float(random.uniform(-bound, bound)) })
    }

    /// The matrix of a layer that is trained along: a checkpoint's, or random numbers as PyTorch's dense layers begin with.
    /// - Parameters:
    ///   - saved: the checkpoint's tensors; nil for random numbers.
    ///   - misfit: what the error says if the checkpoint has no such matrix.
    static func layer(
        _ name: String, _ rows: Int, _ columns: Int, saved: [String: Tensor]?, seed: UInt64, misfit: String
    ) throws(TrainingError) -> Tensor {
        guard let saved else {
            return .uniform(rows, columns, bound: 1 / Double(columns).squareRoot(), seed: seed)
        }
        guard let tensor = saved[name], tensor.shape == [rows, columns] else { throw TrainingError(.badInput, misfit) }
        return tensor
    }

    static func zeros(_ count: Int) -> Tensor { Tensor(shape: [count], values: [Float](repeating: 0, count: count)) }
}
