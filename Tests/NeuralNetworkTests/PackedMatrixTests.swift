import TestSupport
import Testing

@testable import NeuralNetwork

@Suite struct PackedMatrixTests {
    private static func floats(_ count: Int, seed: Int) -> [Float] {
        var numbers = Numbers(seed: seed)
        return numbers.floats(count)
    }

    /// Sizes about the widths of panels and the heights of blocks.
    @Test(arguments: [(1, 1), (7, 3), (16, 32), (33, 65), (130, 17)])
    func `it equals plain loops`(outputs: Int, inputs: Int) {
        let values = Self.floats(outputs * inputs, seed: 1)
        let matrix = PackedMatrix(values, outputs: outputs, inputs: inputs)
        #expect(matrix.values == values)
        for count in [0, 1, 2, 5, 6, 13] {
            let vectors = Self.floats(count * inputs, seed: 2)
            let products = matrix.times(vectors, count: count)
            #expect(products.count == count * outputs)
            for (index, product) in products.enumerated() {
                let (vector, output) = (index / outputs, index % outputs)
                let exact = (0..<inputs).reduce(0.0) {
                    $0 + Double(vectors[vector * inputs + $1]) * Double(values[output * inputs + $1])
                }
                #expect(abs(Double(product) - exact) < 1e-6 * Double(inputs))
            }
        }
    }

    /// To the bit.
    @Test func `a product does not depend on the others`() {
        let matrix = PackedMatrix(Self.floats(50 * 70, seed: 1), outputs: 50, inputs: 70)
        let vectors = Self.floats(23 * 70, seed: 2)
        let together = matrix.times(vectors, count: 23)
        let each = (0..<23).flatMap { matrix.times(Array(vectors[$0 * 70..<($0 + 1) * 70]), count: 1) }
        #expect(together == each)
    }

    @Test func `equal matrices are equal`() {
        let matrix = PackedMatrix([1, 2, 3, 4, 5, 6], outputs: 2, inputs: 3)
        #expect(matrix == PackedMatrix([1, 2, 3, 4, 5, 6], outputs: 2, inputs: 3))
        #expect(matrix != PackedMatrix([1, 2, 3, 4, 5, 7], outputs: 2, inputs: 3))
        #expect(matrix != PackedMatrix([1, 2, 3, 4, 5, 6], outputs: 3, inputs: 2))
    }
}
