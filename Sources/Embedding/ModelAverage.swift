public import Foundation
import NeuralNetwork

extension Model {
    /// The file of a model without a readout whose weights and running statistics are the means of several models'.
    /// - Throws: `ModelError` with `invalidModel` if architectures or input sizes differ, or if half precision cannot store a mean.
    public static func average(_ models: [Model]) throws(ModelError) -> Data {
        precondition(!models.isEmpty, "a mean of no models")
        let first = models[0]
        for other in models.dropFirst() {
            guard other.architecture == first.architecture, other.transform.size == first.transform.size else {
                throw ModelError(
                    .invalidModel,
                    "an average needs models of one architecture and input size, not \(first.architecture) at \(first.transform.size) and \(other.architecture) at \(other.transform.size) pixels"
                )
            }
        }
        let weights = first.weights.mapValues { $0.shape }.map { name, shape in
            let parts = models.compactMap { $0.weights[name]?.values }
            let values = parts[0].indices.map { index in
                Float(parts.reduce(0.0) { $0 + Double($1[index]) } / Double(parts.count))
            }
            return (name, Tensor(shape: shape, values: values))
        }
        let sources = models.map { String($0.identity.prefix(12)) }.joined(separator: ", ")
        return try file(
            first.backbone, weights: Dictionary(uniqueKeysWithValues: weights), inputSize: first.transform.size,
            notes: ["training": "\(models.count == 1 ? "the model" : "the mean of the models") \(sources)"])
    }
}
