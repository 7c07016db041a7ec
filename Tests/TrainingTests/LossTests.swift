import TestSupport
import NeuralNetwork
import Testing

/// The losses' gradients by finite differences, and values that can be worked out by hand.
@Suite struct LossTests {
    /// Single-precision inputs allow a step of 1e-2 and so about 1e-4.
    private func derivative(_ values: [Float], _ index: Int, _ loss: ([Float]) -> Double) -> Double {
        var (up, down) = (values, values)
        up[index] += 0.01
        down[index] -= 0.01
        return (loss(up) - loss(down)) / Double(up[index] - down[index])
    }

    @Test(arguments: [0, 0.1]) func `cross-entropy's gradient is its slope`(smoothing: Double) {
        let entropy = CrossEntropy(labelSmoothing: smoothing)
        let logits = Formula.values(tensor: 1, count: 12).map { Float(3 * $0) }
        let labels = [2, 0, 3]
        let result = entropy(logits, labels: labels)
        for index in logits.indices {
            let slope = derivative(logits, index) { entropy($0, labels: labels).loss }
            #expect(abs(Double(result.gradient[index]) - slope) < 1e-4)
        }
    }

    @Test func `cross-entropy of equal logits is the logarithm of their number`() {
        let result = CrossEntropy(labelSmoothing: 0.1)([7, 7, 7, 7], labels: [1])
        #expect(abs(result.loss - 1.3862943611) < 1e-9)
    }

    /// A network that gives every picture the same features must not be right everywhere.
    @Test func `of equal logits the first is the answer`() {
        #expect(CrossEntropy()([7, 7, 7, 7], labels: [1]).correct == 0)
        #expect(CrossEntropy()([0, 3, 3, 3, 0, 3], labels: [2, 0]).correct == 1)
        let collapsed = CrossEntropy()([Float](repeating: 0.5, count: 5 * 10), labels: (0..<10).map { $0 % 5 })
        #expect(collapsed.correct == 2)
        #expect(CrossEntropy()([.nan, .nan], labels: [1]).correct == 0)
        let same = PrototypicalLoss.evaluate(
            support: [1, 2, 1, 2, 1, 2], supportLabels: [0, 1, 2], query: [1, 2, 1, 2, 1, 2], queryLabels: [0, 1, 2])
        #expect(same.correct == 1)
    }

    @Test func `large logits overflow nothing`() {
        let result = CrossEntropy()([1000, -1000, 0], labels: [1])
        #expect(result.loss == 2000)
        #expect(result.correct == 0)
    }

    @Test func `the prototypical loss's gradients are its slopes`() {
        let support = Formula.values(tensor: 2, count: 6 * 4).map { Float($0) }
        let query = Formula.values(tensor: 3, count: 5 * 4).map { Float($0) }
        let (supportLabels, queryLabels) = ([0, 1, 2, 2, 0, 0], [2, 1, 0, 0, 1])
        func loss(_ support: [Float], _ query: [Float]) -> PrototypicalLoss.Result {
            PrototypicalLoss.evaluate(
                support: support, supportLabels: supportLabels, query: query, queryLabels: queryLabels)
        }
        let result = loss(support, query)
        for index in support.indices {
            let slope = derivative(support, index) { loss($0, query).loss }
            #expect(abs(Double(result.supportGradient[index]) - slope) < 2e-4)
        }
        for index in query.indices {
            let slope = derivative(query, index) { loss(support, $0).loss }
            #expect(abs(Double(result.queryGradient[index]) - slope) < 2e-4)
        }
    }

    @Test func `a query on its prototype has a finite gradient`() {
        let result = PrototypicalLoss.evaluate(
            support: [0, 0, 3, 4], supportLabels: [0, 1], query: [0, 0], queryLabels: [0])
        // Logits 0 and −5.
        #expect(abs(result.loss - 0.0067153485) < 1e-8)
        #expect(result.correct == 1)
        #expect(result.queryGradient.allSatisfy { $0.isFinite })
    }
}
