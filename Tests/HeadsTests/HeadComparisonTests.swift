import Statistics
import Testing

@testable import FewShot

/// Heads beside each other on what is enrolled.
@Suite struct HeadComparisonTests {
    /// Classes that are long in two dimensions, in which they do not differ.
    private static func long(_ count: Int, images: Int) -> [[[Float]]] {
        var synthetic = Synthetic(seed: 9)
        return synthetic.classes(
            count, images: images, deviations: [12, 12] + [Double](repeating: 0.5, count: 8),
            spread: [0, 0] + [Double](repeating: 1.2, count: 8))
    }

    @Test func `a head that is better beyond chance is suggested`() throws {
        let comparison = try HeadComparison(Self.long(12, images: 10), reference: .mean)
        #expect(comparison.pictures == 120 && comparison.results.map(\.kind) == HeadKind.allCases)
        let best = try #require(comparison.results.max { $0.accuracy.mean < $1.accuracy.mean })
        let mean = try #require(comparison.results.first { $0.kind == .mean })
        #expect(mean.gain == nil && best.kind != .mean && comparison.suggestion == best.kind)
        let gain = try #require(best.gain)
        #expect(gain.interval.lowerBound > 0)
        #expect(abs(gain.mean - (best.accuracy.mean - mean.accuracy.mean)) < 1e-12)
        // Seen from the best one nothing else is.
        #expect(try HeadComparison(Self.long(12, images: 10), reference: best.kind).suggestion == best.kind)
    }

    @Test func `no head is suggested by chance`() throws {
        var synthetic = Synthetic(seed: 4)
        let support = synthetic.classes(
            8, images: 5, deviations: [Double](repeating: 1, count: 6), spread: [Double](repeating: 3, count: 6))
        #expect(try HeadComparison(support, reference: .mean).suggestion == .mean)
    }

    @Test func `the mean's answers are those of leaving one out where classes have five pictures`() throws {
        var synthetic = Synthetic(seed: 6)
        let support = synthetic.classes(
            6, images: 5, deviations: [Double](repeating: 1, count: 6), spread: [Double](repeating: 1, count: 6))
        let comparison = try HeadComparison(support, kinds: [.mean], reference: .mean)
        var right = 0
        for round in 0..<5 {
            var left = support
            let queries = left.indices.map { left[$0].remove(at: round) }
            let head = MeanHead(support: left)
            right += queries.indices.count { head.nearest(to: queries[$0]).index == $0 }
        }
        #expect(comparison.results.map(\.accuracy) == [Estimate(successes: right, of: 30)])
    }

    @Test func `it tells how far it is, to its end, and is given up when asked`() throws {
        var told: [Int] = []
        // One of the heads cannot be fitted on classes of so many pictures.
        let many = [[[Float]]](repeating: [[Float]](repeating: [1], count: 1001), count: 2)
        _ = try HeadComparison(many, kinds: [.mean, .localFisher], reference: .mean) { done, total in
            told.append(done)
            #expect(total == 2 * HeadComparison.mostPictures)
        }
        #expect(told == told.sorted() && told.first == 1 && told.last == 2 * HeadComparison.mostPictures)
        let error = #expect(throws: DataSetError.self) {
            try HeadComparison(Self.long(12, images: 10), reference: .mean) { done, _ throws(DataSetError) in
                if done == 130 { throw DataSetError("enough") }
            }
        }
        #expect(error?.message == "enough")
    }

    @Test func `what cannot be compared is said`() throws {
        #expect(throws: DataSetError.self) { try HeadComparison([[[1, 2]], [[2, 3], [3, 4]]], reference: .mean) }
        let many = [[[Float]]](repeating: [[Float]](repeating: [1], count: 1001), count: 2)
        let comparison = try HeadComparison(many, kinds: [.mean, .localFisher], reference: .mean)
        #expect(comparison.refusals.map(\.kind) == [.localFisher] && comparison.results.map(\.kind) == [.mean])
        #expect(comparison.pictures == HeadComparison.mostPictures)
    }
}
