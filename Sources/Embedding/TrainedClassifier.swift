public import Backbones
public import Foundation
import LinearAlgebra
public import NeuralNetwork

/// A classifier trained on a fixed cast (the paper's section 2.4): a network, and a dense layer from its pooled features to one logit for
/// each class.
///
/// One safetensors file holds all of it: a model's tensors and settings, `classifier.weight` C×D, `classifier.bias` C, `classifier.means` C×D,
/// and in the metadata the classes' names, the temperature and the radius.
public struct TrainedClassifier: Sendable {
    /// The network that computes the features: the plain model, which is its last tap.
    public let model: Model
    /// The classes' names, in the order of the logits.
    public let classes: [String]
    /// T of the softmax over logits / T, fitted on the validation split.
    public let temperature: Float
    /// The distance to the nearest class's mean beyond which a picture is unknown; nil if it was never fitted.
    public let radius: Float?
    /// C × D.
    let weight: [Float]
    /// C.
    let bias: [Float]
    /// C × D: each class's mean of training features of length 1.
    let means: [Float]

    /// The keys of a classifier's settings in the metadata.
    enum Key {
        static let classes = "classes", temperature = "classifier_temperature", radius = "classifier_radius"
    }

    /// The SHA-256 of the file.
    public var identity: String { model.identity }
    /// D, the width of the features.
    public var dimensions: Int { model.dimensions }

    /// Whether a file with this metadata holds a classifier.
    public static func isClassifier(_ metadata: [String: String]) -> Bool { metadata[Key.classes] != nil }

    /// The classes' names in a file's metadata; nil if the file holds no classifier.
    public static func classes(_ metadata: [String: String]) -> [String]? {
        metadata[Key.classes].flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }

    /// Reads a classifier's file.
    /// - Throws: `ModelError` that names the missing or wrong tensor or setting.
    public init(_ file: Data) throws(ModelError) {
        model = try Model(file)
        let contents: Safetensors
        do { contents = try Safetensors(file) } catch { throw ModelError(error) }
        guard let classes = Self.classes(contents.metadata) else {
            throw ModelError(.invalidModel, "the file names no classes: it is a model, not a trained classifier")
        }
        guard classes.count >= 2, Set(classes).count == classes.count, !classes.contains("") else {
            throw ModelError(.invalidModel, "a classifier has at least two classes with different names")
        }
        self.classes = classes
        let (count, width) = (classes.count, model.dimensions)
        weight = try Self.tensor("classifier.weight", [count, width], contents)
        bias = try Self.tensor("classifier.bias", [count], contents)
        means = try Self.tensor("classifier.means", [count, width], contents)
        temperature = try Self.positive(Key.temperature, contents) ?? 1
        radius = try Self.positive(Key.radius, contents)
    }

    private static func tensor(_ name: String, _ shape: [Int], _ file: Safetensors) throws(ModelError) -> [Float] {
        guard let tensor = file.tensors[name] else {
            throw ModelError(.invalidModel, "tensor \(name) \(shape) is missing")
        }
        guard tensor.shape == shape else {
            throw ModelError(
                .invalidModel,
                "tensor \(name) is \(tensor.shape), but \(shape) is needed for the file's classes and network")
        }
        guard tensor.isFinite else { throw ModelError(.invalidModel, "tensor \(name) holds NaN or infinite values") }
        return tensor.values
    }

    private static func positive(_ key: String, _ file: Safetensors) throws(ModelError) -> Float? {
        guard let text = file.metadata[key] else { return nil }
        guard let value = Float(text), value > 0, value.isFinite else {
            throw ModelError(.invalidModel, "the file's \(key) is \"\(text)\", which is no positive number")
        }
        return value
    }

    /// The bytes of a classifier's file. Matrices are in half precision, vectors in single.
    /// - Parameters:
    ///   - weights: the tensors of the network's graph.
    ///   - classifier: `classifier.weight`, `classifier.bias` and `classifier.means`.
    ///   - notes: free-form strings for the metadata.
    /// - Throws: `ModelError` with `invalidModel`, naming a matrix with a value that half precision cannot store.
    public static func file(
        _ backbone: Backbone, weights: [String: Tensor], inputSize: Int, classifier: [String: Tensor],
        classes: [String], temperature: Float, radius: Float?, notes: [String: String]
    ) throws(ModelError) -> Data {
        guard let names = try? JSONEncoder().encode(classes) else { preconditionFailure("names are valid JSON") }
        var metadata = notes
        metadata[Key.classes] = String(decoding: names, as: UTF8.self)
        metadata[Key.temperature] = String(temperature)
        metadata[Key.radius] = radius.map { String($0) }
        return try Model.file(
            backbone, weights: weights.merging(classifier) { _, new in new }, inputSize: inputSize, notes: metadata)
    }

    /// The answer of the dense layer, and the distances to the classes' means.
    /// - Parameter features: D values, as the network computes them.
    public func answer(_ features: [Float]) -> Answer {
        let width = dimensions
        precondition(features.count == width, "\(features.count) features are not \(width)")
        let unit = normalized(features)
        var logits = bias
        for index in classes.indices {
            var sum: Float = 0
            for column in 0..<width { sum += weight[index * width + column] * features[column] }
            logits[index] += sum
        }
        let distances = classes.indices.map { Self.distance(of: unit, toMean: $0, in: means) }
        let highest = logits.max() ?? 0
        let exponents = logits.map { exp(Double($0 - highest) / Double(temperature)) }
        let total = exponents.reduce(0, +)
        let nearest = distances.min() ?? 0
        return Answer(
            probabilities: exponents.map { Float($0 / total) }, distances: distances,
            isUnknown: radius.map { nearest > $0 } ?? false)
    }

    /// The Euclidean distance of a picture's features, of length 1, to a class's mean.
    /// - Parameter means: C × D.
    public static func distance(of unit: [Float], toMean index: Int, in means: [Float]) -> Float {
        var square: Float = 0
        for column in unit.indices {
            let difference = means[index * unit.count + column] - unit[column]
            square += difference * difference
        }
        return square.squareRoot()
    }

    /// A classifier's answer for one picture.
    public struct Answer: Sendable, Equatable {
        /// One for each class; they sum to 1.
        public let probabilities: [Float]
        /// For each class, the distance from the picture's features, scaled to length 1, to the class's mean.
        public let distances: [Float]
        /// Whether every class's mean is farther away than the radius.
        public let isUnknown: Bool
    }
}
