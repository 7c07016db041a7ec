public import NeuralNetwork
import Randomness

extension Graph {
    /// Weights to start from: convolutions uniform within ±√(6 / fan-in) (He et al., arXiv:1502.01852), batch norms neutral.
    /// The same seed gives the same weights.
    public func initialWeights(seed: UInt64) -> [String: Tensor] {
        var random = SplitMix64(seed: seed)
        func uniform() -> Float { Float(random.next() >> 40) / 8_388_608 - 1 }
        var tensors: [String: Tensor] = [:]
        for (name, shape) in parameters.sorted(by: { $0.key < $1.key }) {
            let count = shape.reduce(1, *)
            if shape.count == 4 {
                let bound = (6 / Float(count / shape[0])).squareRoot()
                tensors[name] = Tensor(shape: shape, values: (0..<count).map { _ in bound * uniform() })
            } else {
                let value: Float = name.hasSuffix("weight") || name.hasSuffix("running_var") ? 1 : 0
                tensors[name] = Tensor(shape: shape, values: [Float](repeating: value, count: count))
            }
        }
        return tensors
    }
}
