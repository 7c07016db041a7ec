import Randomness
public import Statistics

/// Thresholds on the distance of two embeddings that decide whether two pictures show the same character.
///
/// They are fitted on pairs of pictures of known characters. Pairs of different characters set the distance up to which the answer is
/// "same". Pairs of one character set the distance beyond which it is "different". Between the two, the answer is "undecided". If the two
/// distributions barely overlap, both thresholds are set midway between them. The rates come from cross-validation: thresholds fitted on one
/// half of the characters are tested on the other half, and the reverse. The thresholds in use are fitted on all.
public struct PairThresholds: Sendable, Equatable {
    public enum Answer: Sendable { case same, undecided, different }

    /// Up to this distance two pictures show the same character.
    public let same: Double
    /// Beyond this distance they show different characters. At least ``same``.
    public let different: Double
    /// The distance with equal error rates: the share of same pairs beyond it is the share of different pairs within it.
    public let even: Double
    /// The share of different pairs that are called the same.
    public let falseSame: Estimate
    /// The share of same pairs that are called different.
    public let falseDifferent: Estimate
    /// The share of undecided pairs; both kinds of pairs count equally.
    public let undecided: Estimate
    /// The share of pairs on the wrong side of ``even``; both kinds of pairs count equally.
    public let evenError: Estimate
    public let characters: Int
    public let samePairs: Int
    public let differentPairs: Int

    /// The fewest characters with two pictures: two in each half.
    public static let fewestCharacters = 4
    /// The most pictures of a character that are paired.
    public static let mostOfOne = 8
    /// About how many pairs of different characters are used.
    private static let mostDifferent = 8192
    private static let resamplings = 200

    private struct Pair {
        let distance: Double
        let first: Int
        let second: Int
        var isSame: Bool { first == second }
    }

    private struct Outcome {
        let pair: Pair
        let answer: Answer
        let isWrongSide: Bool
    }

    /// - Parameters:
    ///   - embeddings: for each character, the embeddings of its pictures. Characters with one picture are left out.
    ///   - error: the share of either kind of pairs that may get a wrong answer, above 0 and below 1.
    /// - Throws: ``DataSetError`` if fewer than ``fewestCharacters`` have two pictures.
    public static func fit(
        _ embeddings: [[[Float]]], error: Double, seed: UInt64
    ) throws(DataSetError) -> PairThresholds {
        let characters = embeddings.filter { $0.count > 1 }.map { $0.spread(atMost: mostOfOne) }
        guard characters.count >= fewestCharacters else {
            throw DataSetError(
                "thresholds for pairs need \(fewestCharacters) characters with two pictures each; \(characters.count) of \(embeddings.count) have so many"
            )
        }
        let all = pairs(characters, of: Array(characters.indices))
        let bounds = Bounds(all, error)
        let halves = [0, 1].map { half in pairs(characters, of: characters.indices.filter { $0 % 2 == half }) }
        let outcomes = zip(halves, halves.reversed()).flatMap { fitted, tested in
            let bounds = Bounds(fitted, error)
            return tested.map { bounds.outcome($0) }
        }
        let sampling = Sampling(outcomes, characters: characters.count, seed: seed)
        return PairThresholds(
            same: bounds.same, different: bounds.different, even: bounds.even,
            falseSame: sampling.estimate(same: 0, different: 1) { $0.answer == .same },
            falseDifferent: sampling.estimate(same: 1, different: 0) { $0.answer == .different },
            undecided: sampling.estimate(same: 0.5, different: 0.5) { $0.answer == .undecided },
            evenError: sampling.estimate(same: 0.5, different: 0.5, \.isWrongSide), characters: characters.count,
            samePairs: all.count(where: \.isSame), differentPairs: all.count { !$0.isSame })
    }

    public func answer(_ distance: Double) -> Answer {
        distance <= same ? .same : distance > different ? .different : .undecided
    }

    /// All pairs of one character, and evenly spaced pairs of every two characters.
    private static func pairs(_ embeddings: [[[Float]]], of chosen: [Int]) -> [Pair] {
        let twos = max(1, chosen.count * (chosen.count - 1) / 2)
        func pair(_ first: Int, _ i: Int, _ second: Int, _ j: Int) -> Pair {
            let distance = MeanHead.squaredDistance(embeddings[first][i], embeddings[second][j]).squareRoot()
            return Pair(distance: Double(distance), first: first, second: second)
        }
        var pairs: [Pair] = []
        for (place, second) in chosen.enumerated() {
            let own = embeddings[second].indices
            for j in own { pairs += (0..<j).map { pair(second, $0, second, j) } }
            for first in chosen[..<place] {
                let count = embeddings[first].count
                let crossings = Array(0..<count * own.count).spread(atMost: max(1, mostDifferent / twos))
                pairs += crossings.map { pair(first, $0 % count, second, $0 / count) }
            }
        }
        return pairs
    }

    /// The thresholds that are fitted on pairs.
    private struct Bounds {
        let same: Double
        let different: Double
        let even: Double

        init(_ pairs: [Pair], _ error: Double) {
            let one = pairs.filter(\.isSame).map(\.distance).sorted()
            let two = pairs.filter { !$0.isSame }.map(\.distance).sorted()
            let near = two[min(Int(error * Double(two.count)), two.count - 1)].nextDown
            let far = one[one.count - 1 - min(Int(error * Double(one.count)), one.count - 1)]
            (same, different) = far < near ? ((near + far) / 2, (near + far) / 2) : (near, far)
            even = Bounds.even(one, two)
        }

        /// The first distance at which the share of different pairs within reaches the share of same pairs beyond; from there, midway to the
        /// next distance.
        private static func even(_ one: [Double], _ two: [Double]) -> Double {
            let all = (one + two).sorted()
            var (ones, twos) = (0, 0)
            for (index, distance) in all.enumerated() {
                while ones < one.count, one[ones] <= distance { ones += 1 }
                while twos < two.count, two[twos] <= distance { twos += 1 }
                let beyond = Double(one.count - ones) / Double(one.count)
                guard Double(twos) / Double(two.count) >= beyond else { continue }
                let next = all[index...].first { $0 > distance } ?? distance
                return (distance + next) / 2
            }
            return all.last ?? 0
        }

        func outcome(_ pair: Pair) -> Outcome {
            let answer: Answer =
                pair.distance <= same ? .same : pair.distance > different ? .different : .undecided
            return Outcome(pair: pair, answer: answer, isWrongSide: pair.isSame != (pair.distance <= even))
        }
    }

    /// Rates with bootstrap intervals over characters, because the pairs of a character are alike. The intervals are at least as wide as
    /// Wilson's for that number of characters.
    private struct Sampling {
        private let outcomes: [Outcome]
        private let characters: Int
        /// How often each resampling draws each character.
        private let draws: [[Double]]

        init(_ outcomes: [Outcome], characters: Int, seed: UInt64) {
            (self.outcomes, self.characters) = (outcomes, characters)
            var random = SplitMix64(seed: seed)
            draws = (0..<resamplings).map { _ in
                var weights = [Double](repeating: 0, count: characters)
                for _ in 0..<characters { weights[Int(random.next() % UInt64(characters))] += 1 }
                return weights
            }
        }

        /// - Parameters:
        ///   - same: the weight of the rate among same pairs.
        ///   - different: the weight of the rate among different pairs.
        func estimate(same: Double, different: Double, _ holds: (Outcome) -> Bool) -> Estimate {
            let held = outcomes.map(holds)
            func rate(_ weights: [Double]) -> Double? {
                var sums = [(held: 0.0, all: 0.0), (held: 0.0, all: 0.0)]
                for (one, holds) in zip(outcomes, held) {
                    let pair = one.pair
                    let weight = pair.isSame ? weights[pair.first] : weights[pair.first] * weights[pair.second]
                    sums[pair.isSame ? 0 : 1].all += weight
                    if holds { sums[pair.isSame ? 0 : 1].held += weight }
                }
                guard sums.allSatisfy({ $0.all > 0 }) else { return nil }
                return same * sums[0].held / sums[0].all + different * sums[1].held / sums[1].all
            }
            let mean = rate([Double](repeating: 1, count: characters)) ?? 0
            let wilson = Estimate(share: mean, of: Double(characters)).interval
            let resampled = draws.compactMap(rate).sorted()
            let tail = resampled.count / 40
            let low = resampled.isEmpty ? mean : resampled[tail]
            let high = resampled.isEmpty ? mean : resampled[resampled.count - 1 - tail]
            return Estimate(
                mean: mean, interval: min(low, wilson.lowerBound)...max(high, wilson.upperBound))
        }
    }
}
