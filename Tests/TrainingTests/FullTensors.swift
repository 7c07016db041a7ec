import NeuralNetwork
import TestSupport
import Testing

/// Tensors compared value by value: the norm of their difference.
enum FullTensors {
    static func distance(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }

    static func length(_ a: [Float]) -> Double { a.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }

    /// Expects every tensor's difference to be less than `tolerance` times its norm. Gradients that vanish by construction (a bias before a
    /// batch norm) are held to a thousandth of the largest norm instead.
    static func compare(_ tensors: [String: Tensor], with expected: [String: Tensor], within tolerance: Double) {
        #expect(Set(tensors.keys) == Set(expected.keys))
        let largest = expected.values.map { length($0.values) }.max() ?? 0
        for (name, expected) in expected.sorted(by: { $0.key < $1.key }) {
            guard let values = tensors[name]?.values else { continue }
            let error = distance(values, expected.values)
            let norm = max(length(expected.values), 1e-3 * largest)
            #expect(error < tolerance * norm, "\(name): \(error / norm) of its norm")
        }
    }
}

extension Formula {
    /// Norms whose results lie far from the kinks of ReLU and ReLU6, some channels on either side: an input that falls to the other side by an
    /// error of 1e-7 would change the gradients of all layers before it. Swish has no kinks.
    static func weightsFarFromKinks(_ graph: Graph) -> [String: Tensor] {
        var weights = weights(graph)
        guard !graph.parameters.keys.contains(where: { $0.contains(".se.") }) else { return weights }
        for (name, tensor) in weights where tensor.shape.count == 1 && !name.contains("running") {
            let values = tensor.values.enumerated().map { channel, value in
                name.hasSuffix("weight") ? 0.3 * value : [3, 3, -3, 3, 9][channel % 5] + 0.2 * value
            }
            weights[name] = Tensor(shape: tensor.shape, values: values)
        }
        return weights
    }
}
