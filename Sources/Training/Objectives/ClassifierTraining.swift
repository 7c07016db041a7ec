import NeuralNetwork
import Randomness

/// A classifier in training behind the features: dropout, logits, cross-entropy.
struct ClassifierTraining {
    let classifier: any Classifier
    let loss: CrossEntropy
    /// Of the features.
    let dropout: Double
    let seed: UInt64

    /// Takes features forward and back, N × D; the classifier's gradients are added up.
    /// - Returns: the step, and the features' gradient.
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

extension Tensor {
    /// A matrix of numbers within ±bound, evenly spread.
    static func uniform(_ rows: Int, _ columns: Int, bound: Double, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed, RandomStream.weights)
        return Tensor(
            shape: [rows, columns], values: (0..<rows * columns).map { _ in Float(random.uniform(-bound, bound)) })
    }

    static func zeros(_ count: Int) -> Tensor { Tensor(shape: [count], values: [Float](repeating: 0, count: count)) }
}
