import NeuralNetwork
import TestSupport
import Testing

/// The cosine distance against its definition and its slopes.
@Suite struct CosineDistanceTests {
    private let width = 3
    private let rows: [Float] = [3, 0, 4, 0, -2, 0]
    private let targets: [Float] = [1, 0, 0, 0, 0.6, 0.8]

    @Test func `The loss is 1 minus the mean cosine`() {
        // Cosines 3/5 and −0.6.
        let result = CosineDistance.evaluate(rows, targets: targets, width: width)
        #expect(abs(result.loss - 1) < 1e-6)
        let equal = CosineDistance.evaluate(targets.map { 7 * $0 }, targets: targets, width: width)
        #expect(abs(equal.loss) < 1e-6)
        #expect(equal.gradient.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func `gradients are slopes`() {
        let gradient = CosineDistance.evaluate(rows, targets: targets, width: width).gradient
        for index in rows.indices {
            var (up, down) = (rows, rows)
            up[index] += 0.01
            down[index] -= 0.01
            let slope =
                (CosineDistance.evaluate(up, targets: targets, width: width).loss
                    - CosineDistance.evaluate(down, targets: targets, width: width).loss) / 0.02
            #expect(abs(Double(gradient[index]) - slope) < 1e-3, "\(index)")
        }
    }
}
