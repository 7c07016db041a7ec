import Backbones
import Embedding
import Foundation
import Imaging
import NeuralNetwork
import Randomness

/// Files of small classifiers with made-up weights.
enum TestClassifier {
    /// - Parameter bias: of the dense layer; where it is given, the weights are zero, and it alone decides on the probabilities.
    static func file(
        _ classes: [String], bias: [Float]? = nil, temperature: Float = 1, radius: Float? = nil, seed: UInt64 = 1
    ) throws -> Data {
        let backbone = try Catalogue.backbone("mobilenetv2")
        let weights = backbone.graph(32).initialWeights(seed: seed)
        let plain = try Model.file(backbone, weights: weights, inputSize: 32, notes: [:])
        let width = try Model(plain).dimensions
        var random = SplitMix64(seed: seed)
        func matrix(_ range: ClosedRange<Double>) -> Tensor {
            let values = (0..<classes.count * width).map { _ in
                Float(random.uniform(range.lowerBound, range.upperBound))
            }
            return Tensor(shape: [classes.count, width], values: values)
        }
        let dense = [
            "classifier.weight": bias == nil ? matrix(-0.3...0.3) : matrix(0...0),
            "classifier.bias": Tensor(
                shape: [classes.count], values: bias ?? [Float](repeating: 0, count: classes.count)),
            "classifier.means": matrix(-0.03...0.03),
        ]
        return try TrainedClassifier.file(
            backbone, weights: weights, inputSize: 32, classifier: dense, classes: classes, temperature: temperature,
            radius: radius, notes: [:])
    }

    /// What a classifier says of a picture, without the daemon.
    static func answer(_ file: Data, _ picture: Data) throws -> TrainedClassifier.Answer {
        let classifier = try TrainedClassifier(file)
        let prepared = classifier.model.transform.apply(try Image.decode([UInt8](picture)).image)
        let embedder = try Embedder(model: classifier.model, threads: 1)
        return classifier.answer(embedder.embed([prepared])[0])
    }
}
