import Randomness
public import Statistics

/// Whether two pictures show one character, by the distance of their embeddings: bounds fitted on pairs of pictures whose characters
/// are known.
///
/// Pairs of two characters say up to which distance the answer is "the same", pairs of one character beyond which it is "different";
/// what lies between is not decided. Where hardly any pair is on the wrong side, both bounds are half-way between. What is reported is judged on
/// characters that had no part in the fit: half of them give the bounds for the other half, and the other way round; the bounds that
/// are used are those of all.
public struct PairThresholds: Sendable, Equatable {
    public enum Answer: Sendable { case same, undecided, different }

    /// Up to here two pictures show one character.
    public let same: Double
    /// Beyond, two; not below ``same``.
    public let different: Double
    /// Where as large a part of one character's pairs lies beyond as of two characters' pairs within.
    public let even: Double
    /// Of two characters' pairs, the part called the same.
    public let falseSame: Estimate
    /// Of one character's pairs, the part called different.
    public let falseDifferent: Estimate
    /// Of all pairs, the part not decided; both kinds count alike.
    public let undecided: Estimate
    /// Of all pairs, the part on the wrong side of ``even``; both kinds count alike.
    public let evenError: Estimate
    public let characters: Int
    public let samePairs: Int
    public let differentPairs: Int

    /// Characters with two pictures that a fit needs: two in each half.
    public static let fewestCharacters = 4
    /// Pictures of a character that are paired.
    public static let mostOfOne = 8
    /// Pairs of two characters, about.
    private static let mostDifferent = 8192
    private static let resamplings = 200

    private struct Pair {
        let distance: Double
        let first: Int
        let second: Int
        var isSame: Bool { first == second }
    }

    private struct Judged {
        let pair: Pair
        let answer: Answer
        let isWrongSide: Bool
    }

    /// - Parameters:
    ///   - embeddings: for each character its pictures'; characters of one picture are left out.
    ///   - error: the part of either kind of pairs that may be answered wrongly, above 0 and below 1.
    /// - Throws: ``DataSetError`` when fewer than ``fewestCharacters`` have two pictures.
    public static func fit(
        _ embeddings: [[[Float]]], error: Double, seed: UInt64
    ) throws(DataSetError) -> PairThresholds {
        let characters = embeddings.filter { $0.count > 1 }.map { $0.spread(atMost: mostOfOne) }
        guard characters.count >= fewestCharacters else {
            throw DataSetError(
                "telling pairs apart needs \(fewestCharacters) characters with two pictures each; \(characters.count) of \(embeddings.count) have so many"
            )
        }
        let all = pairs(characters, of: Array(characters.indices))
        let bounds = Bounds(all, error)
        let halves = [0, 1].map { half in pairs(characters, of: characters.indices.filter { $0 % 2 == half }) }
        let judged = zip(halves, halves.reversed()).flatMap { fitted, judged in
            let bounds = Bounds(fitted, error)
            return judged.map { bounds.judge($0) }
        }
        let sampling = Sampling(judged, characters: characters.count, seed: seed)
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

    /// All pairs of one character, and at even distances some of every two.
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

    /// What is fitted on pairs.
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

        /// Half-way to the next distance from the first at which the part of two characters' pairs within has reached that of one
        /// character's beyond.
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

        func judge(_ pair: Pair) -> Judged {
            let answer: Answer =
                pair.distance <= same ? .same : pair.distance > different ? .different : .undecided
            return Judged(pair: pair, answer: answer, isWrongSide: pair.isSame != (pair.distance <= even))
        }
    }

    /// Rates with the intervals of a bootstrap over characters, whose pairs are alike; no narrower than Wilson's over as many characters.
    private struct Sampling {
        private let judged: [Judged]
        private let characters: Int
        /// How often each character is drawn.
        private let draws: [[Double]]

        init(_ judged: [Judged], characters: Int, seed: UInt64) {
            (self.judged, self.characters) = (judged, characters)
            var random = SplitMix64(seed: seed)
            draws = (0..<resamplings).map { _ in
                var weights = [Double](repeating: 0, count: characters)
                for _ in 0..<characters { weights[Int(random.next() % UInt64(characters))] += 1 }
                return weights
            }
        }

        /// - Parameters:
        ///   - same: the weight of the rate among one character's pairs.
        ///   - different: that of the rate among two characters' pairs.
        func estimate(same: Double, different: Double, _ holds: (Judged) -> Bool) -> Estimate {
            let held = judged.map(holds)
            func rate(_ weights: [Double]) -> Double? {
                var sums = [(held: 0.0, all: 0.0), (held: 0.0, all: 0.0)]
                for (one, holds) in zip(judged, held) {
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
