import FewShot
import PlainMath
import Statistics
import Testing

@Suite struct PairThresholdsTests {
    /// All distances of pairs of one character and of two.
    private func distances(_ embeddings: [[[Float]]]) -> (one: [Double], two: [Double]) {
        var (one, two): ([Double], [Double]) = ([], [])
        let all = embeddings.enumerated().flatMap { label, vectors in vectors.map { (label, $0) } }
        for (place, second) in all.enumerated() {
            for first in all[..<place] {
                let distance = Direct.distance(first.1, second.1.map(Double.init))
                if first.0 == second.0 { one.append(distance) } else { two.append(distance) }
            }
        }
        return (one, two)
    }

    @Test func `characters far apart get thresholds midway, and few of them give wide intervals`() throws {
        let embeddings = Gaussians.onAxes(classes: 6, each: 4, width: 8, distance: 10, spread: 0.1, seed: 1)
        let pairs = try PairThresholds.fit(embeddings, error: 0.05, seed: 1)
        let (one, two) = distances(embeddings)
        let (farthest, nearest) = (try #require(one.max()), try #require(two.min()))
        #expect(pairs.same == pairs.different && pairs.same > farthest && pairs.same < nearest)
        #expect(pairs.even > farthest && pairs.even < nearest)
        #expect(one.allSatisfy { pairs.answer($0) == .same } && two.allSatisfy { pairs.answer($0) == .different })
        #expect(pairs.characters == 6 && pairs.samePairs == one.count && pairs.differentPairs == two.count)
        for rate in [pairs.falseSame, pairs.falseDifferent, pairs.undecided, pairs.evenError] {
            #expect(rate.mean == 0)
            // Wilson's bound for none of six: 1.96² / (6 + 1.96²).
            #expect(abs(rate.interval.upperBound - 3.8416 / 9.8416) < 1e-9)
        }
    }

    @Test(arguments: [0.02, 0.1])
    func `where they overlap, no more is wrong than was allowed`(error: Double) throws {
        let embeddings = Gaussians.onAxes(classes: 40, each: 6, width: 40, distance: 1, spread: 0.2, seed: 3)
        let pairs = try PairThresholds.fit(embeddings, error: error, seed: 1)
        let (one, two) = distances(embeddings)
        func share(_ all: [Double], _ holds: (Double) -> Bool) -> Double {
            Double(all.count(where: holds)) / Double(all.count)
        }
        #expect(pairs.differentPairs < two.count && pairs.samePairs == one.count)
        #expect(share(one) { pairs.answer($0) == .different } < error + 0.005)
        // Some of two characters' pairs are read, at even distances.
        #expect(abs(share(two) { pairs.answer($0) == .same } - error) < 0.02)
        #expect(abs(share(one) { $0 > pairs.even } - share(two) { $0 <= pairs.even }) < 0.02)
        #expect(abs(pairs.falseSame.mean - error) < 0.05 && abs(pairs.falseDifferent.mean - error) < 0.05)
        #expect(pairs.falseSame.interval.contains(pairs.falseSame.mean))
        if error < 0.05 { #expect(pairs.same < pairs.different && pairs.undecided.mean > 0) }
    }

    @Test func `characters of one picture have no part, and too few are refused`() throws {
        let embeddings = Gaussians.onAxes(classes: 4, each: 3, width: 8, distance: 5, spread: 0.1, seed: 1)
        let lone = Gaussians.onAxes(classes: 3, each: 1, width: 8, distance: 5, spread: 0.1, seed: 2)
        #expect(
            try PairThresholds.fit(embeddings + lone, error: 0.05, seed: 1)
                == PairThresholds.fit(embeddings, error: 0.05, seed: 1))
        let refusal = #expect(throws: DataSetError.self) {
            try PairThresholds.fit(embeddings.dropLast() + lone, error: 0.05, seed: 1)
        }
        #expect(refusal?.message.contains("3 of 6 have so many") == true)
    }
}
