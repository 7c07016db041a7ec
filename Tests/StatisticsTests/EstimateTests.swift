import Foundation
import Statistics
import Testing

@Suite struct EstimateTests {
    /// Wilson's interval against published values.
    @Test(arguments: [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (852, 1000, 0.8286, 0.8727)])
    func `the interval of a share is Wilson's`(right: Int, asked: Int, low: Double, high: Double) {
        let estimate = Estimate(successes: right, of: asked)
        #expect(estimate.mean == Double(right) / Double(asked))
        #expect(abs(estimate.interval.lowerBound - low) < 1e-4)
        #expect(abs(estimate.interval.upperBound - high) < 1e-4)
    }

    private static let estimate = Estimate(mean: 0.25, low: 0.125, high: 0.5)

    private static func read(_ text: String) throws -> Estimate {
        try JSONDecoder().decode(Estimate.self, from: Data(text.utf8))
    }

    @Test func `it is written with its mean and both ends`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Self.estimate), as: UTF8.self)
        #expect(text == #"{"high":0.5,"low":0.125,"mean":0.25}"#)
        #expect(try Self.read(text) == Self.estimate)
    }

    /// As 0.1.0 stored it: in calibrations and bundles, and in the results of training runs.
    @Test(arguments: [#"{"rate":0.25,"low":0.125,"high":0.5}"#, #"{"value":0.25,"interval":[0.125,0.5]}"#])
    func `what 0.1.0 stored is read`(text: String) throws {
        #expect(try Self.read(text) == Self.estimate)
    }

    @Test(arguments: [
        #"{"low":0.125,"high":0.5}"#, #"{"mean":0.25,"low":0.125}"#, #"{"mean":0.25,"low":0.5,"high":0.125}"#,
        #"{"value":0.25,"interval":[0.125]}"#, #"{"value":0.25}"#,
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: DecodingError.self) { try Self.read(text) }
    }
}
