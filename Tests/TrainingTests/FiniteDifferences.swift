import NeuralNetwork
import Testing

extension ReferenceNetwork {
    /// Single precision against double: 1e-3 of a tensor's largest derivative. Winograd's transforms alone cost about 1e-5.
    private static let tolerance = 1e-3

    /// Compares the engine's gradients with central differences at up to 24 places of every trainable tensor.
    func check(_ gradients: [String: Tensor], _ batches: [([Float], [Float])]) {
        for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
            let count = gradient.values.count
            let places = stride(from: 0, to: count, by: max(1, count / 24))
            let expected = places.map { place in
                batches.reduce(0) { sum, batch in
                    sum
                        + derivative(
                            name, place, images: batch.0.map(Double.init), coefficients: batch.1.map(Double.init))
                }
            }
            let scale = max(expected.map(abs).max() ?? 0, 1e-2)
            for (place, value) in zip(places, expected) {
                let error = abs(Double(gradient.values[place]) - value)
                #expect(error < Self.tolerance * scale, "\(name)[\(place)]: \(gradient.values[place]), not \(value)")
            }
        }
    }
}
