import FewShot
import Testing

/// Wilson's interval against published values.
@Suite struct EstimateTests {
    @Test(arguments: [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (852, 1000, 0.8286, 0.8727)])
    func `the interval of a share is Wilson's`(right: Int, asked: Int, low: Double, high: Double) {
        let estimate = Estimate(successes: right, of: asked)
        #expect(estimate.mean == Double(right) / Double(asked))
        #expect(abs(estimate.interval.lowerBound - low) < 1e-4)
        #expect(abs(estimate.interval.upperBound - high) < 1e-4)
    }
}
