import Foundation
import NeuralNetwork
import TestSupport
import Testing

/// The losses of centers and boxes against values that `Goldens/detection.py` computed from their papers' formulas.
@Suite struct DetectionLossTests {
    private static let goldens: [String: [[Double]]] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/detection.json")
        guard let data = try? Data(contentsOf: path),
            let values = try? JSONDecoder().decode([String: [[Double]]].self, from: data)
        else { return [:] }
        return values
    }()

    @Test func `the focal loss and its slope equal numpy's`() throws {
        let golden = try #require(Self.goldens["focal"])
        let logits = Formula.values(tensor: 1, count: 24).map { 6 * $0 }
        let others = Formula.values(tensor: 2, count: 24).map { (1 + $0) / 2 }
        for place in 0..<24 {
            let term = CenterFocalLoss.term(logit: logits[place], target: place % 4 == 0 ? 1 : others[place])
            #expect(abs(term.loss - golden[place][0]) < 1e-12)
            #expect(abs(term.slope - golden[place][1]) < 1e-9)
        }
    }

    @Test(arguments: [-800.0, -40, 40, 800], [0, 0.5, 1]) func `extreme logits give finite losses`(
        logit: Double, target: Double
    ) {
        let term = CenterFocalLoss.term(logit: logit, target: target)
        #expect(term.loss.isFinite && term.slope.isFinite && term.loss >= 0)
        // Far on the wrong side the slope is 1 times the weight; on the right side nothing is left to learn.
        let expected = target == 1 ? (logit < 0 ? -1 : 0) : (logit < 0 ? 0 : pow(1 - target, 4))
        #expect(abs(term.slope - expected) < 1e-9)
    }

    @Test func `the boxes' loss and its gradient equal numpy's`() throws {
        let golden = try #require(Self.goldens["giou"])
        let predicted = Formula.values(tensor: 3, count: 48).map { 3 + 2.5 * $0 }
        let wanted = Formula.values(tensor: 4, count: 48).map { 3 + 2.5 * $0 }
        func box(_ values: [Double], _ row: Int) -> SIMD4<Double> {
            SIMD4(values[4 * row], values[4 * row + 1], values[4 * row + 2], values[4 * row + 3])
        }
        for row in 0..<12 {
            let result = BoxOverlapLoss.evaluate(predicted: box(predicted, row), target: box(wanted, row))
            #expect(abs(result.loss - golden[row][0]) < 1e-12)
            for edge in 0..<4 { #expect(abs(result.gradient[edge] - golden[row][1 + edge]) < 1e-8) }
        }
    }

    @Test func `equal boxes lose nothing and distant ones almost 2`() {
        #expect(BoxOverlapLoss.evaluate(predicted: [1, 2, 3, 4], target: [1, 2, 3, 4]).loss == 0)
        // From −1 to 1 around the point, and from 99 to 101 beside it.
        let far = BoxOverlapLoss.evaluate(predicted: [1, 1, 1, 1], target: [-99, -99, 101, 101])
        #expect(abs(far.loss - (2 - 8.0 / (102 * 102))) < 1e-12)
    }
}
