import FewShot
import Randomness
import PlainMath
import Testing

@Suite struct AverageLinkageTests {
    /// The textbook's way: the two nearest groups are merged again and again.
    private func plain(_ vectors: [[Float]], within threshold: Double) -> [[Int]] {
        var groups = vectors.indices.map { [$0] }
        func distance(_ a: [Int], _ b: [Int]) -> Double {
            a.reduce(0) { sum, i in
                sum + b.reduce(0) { $0 + Direct.distance(vectors[i], vectors[$1].map(Double.init)) }
            } / Double(a.count * b.count)
        }
        while groups.count > 1 {
            var best = (first: 0, second: 1, distance: Double.infinity)
            for second in groups.indices {
                for first in 0..<second {
                    let distance = distance(groups[first], groups[second])
                    if distance < best.distance { best = (first, second, distance) }
                }
            }
            guard best.distance <= threshold else { break }
            groups[best.first] = (groups[best.first] + groups[best.second]).sorted()
            groups.remove(at: best.second)
        }
        return groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    private struct Stopped: Error {}

    @Test func `a check ends the grouping`() {
        var checks = 0
        #expect(throws: Stopped.self) {
            try AverageLinkage.groups((0..<20).map { [Float($0)] }, within: 1) {
                checks += 1
                if checks == 25 { throw Stopped() }
            }
        }
        #expect(checks == 25)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `the groups are the textbook's`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let vectors = (0..<30).map { _ in (0..<3).map { _ in Float(random.uniform(-1, 1)) } }
        var counts: Set<Int> = []
        for threshold in stride(from: 0.1, through: 2, by: 0.1) {
            let groups = AverageLinkage.groups(vectors, within: threshold)
            #expect(groups == plain(vectors, within: threshold))
            counts.insert(groups.count)
        }
        #expect(counts.count > 5 && counts.contains(1))
    }

    @Test func `nothing, one and copies`() {
        #expect(AverageLinkage.groups([], within: 1).isEmpty)
        #expect(AverageLinkage.groups([[1, 2]], within: 0) == [[0]])
        #expect(AverageLinkage.groups([[1, 2], [5, 5], [1, 2]], within: 0) == [[0, 2], [1]])
    }

    @Test func `clusters are found`() {
        let clusters = Gaussians.onAxes(classes: 7, each: 5, width: 8, distance: 5, spread: 0.2, seed: 1)
        #expect(
            AverageLinkage.groups(clusters.flatMap(\.self), within: 2)
                == (0..<7).map { Array($0 * 5..<$0 * 5 + 5) })
    }
}
