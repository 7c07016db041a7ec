import NeuralNetwork

/// A dense layer from the network's features to a teacher's embeddings, which is trained along and dropped afterwards.
///
/// The loss is 1 − cos(W x + b, target), averaged over the pictures and multiplied by a weight.
struct Imitation {
    private let layer: Linear
    private let weight: Double

    /// The name of the layer's parameters in checkpoints.
    private static let name = "\(Checkpoint.classifierPrefix)projection"

    /// - Parameters:
    ///   - features: D, the width of the network's features.
    ///   - embeddings: E, the width of the teacher's embeddings.
    ///   - saved: the tensors of a checkpoint; nil begins with random ones.
    /// - Throws: ``TrainingError`` with `badInput` if the saved tensors do not fit.
    init(
        features: Int, embeddings: Int, weight: Double, seed: UInt64, saved: [String: Tensor]?
    ) throws(TrainingError) {
        self.weight = weight
        let matrix = try Tensor.layer(
            "\(Self.name).weight", embeddings, features, saved: saved, seed: seed,
            misfit: "the checkpoint's projection does not fit a teacher of width \(embeddings)")
        do {
            layer = try Linear(
                Self.name, weight: matrix, bias: saved?["\(Self.name).bias"] ?? .zeros(embeddings))
        } catch { throw TrainingError(error) }
    }

    var parameters: [Parameter] { layer.trainableParameters }

    /// Adds to the layer's gradients.
    /// - Parameters:
    ///   - features: N × D.
    ///   - targets: N × E, each row of length 1.
    /// - Returns: the weighted loss, and the gradient of the features.
    func gradients(_ features: [Float], targets: [Float]) -> (loss: Double, gradient: [Float]) {
        let result = CosineDistance.evaluate(layer.forward(features), targets: targets, width: layer.outputs)
        let gradient = layer.backward(features, gradient: result.gradient.map { Float(weight) * $0 })
        return (weight * result.loss, gradient)
    }
}
