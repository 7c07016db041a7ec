import Foundation
import Randomness
public import Statistics

/// The temperature, and a radius for each character, fitted on the pictures that are enrolled themselves.
///
/// Each picture asked is compared with its character's mean without it (leave one out), and with all other characters. The same
/// picture is a stranger to the registry without its whole character: the nearest other one then answers for it. Nothing is asked
/// about what was fitted on it: half of the characters give the values that the other half is judged by, and the other way round;
/// the values that are used are those of all.
public struct OwnCalibration: Sendable, Equatable {
    /// How widely a character's supports lie.
    public struct Spread: Sendable {
        let count: Int
        /// Root mean squared distance of the supports to their mean.
        let spread: Double

        public init(count: Int, spread: Double) { (self.count, self.spread) = (count, spread) }
    }

    /// A picture left out of its character.
    public struct Question: Sendable {
        /// Its character's place among the spreads.
        let character: Int
        /// The distance to the mean of its character's other pictures.
        let own: Double
        /// The distances to the other characters' means, nearest first; at least one.
        let others: [Double]
        /// The place of the nearest other character.
        let nearestOther: Int

        public init(character: Int, own: Double, others: [Double], nearestOther: Int) {
            precondition(!others.isEmpty, "a question needs another character")
            (self.character, self.own, self.others, self.nearestOther) = (character, own, others, nearestOther)
        }

        var isRight: Bool { own < others[0] }
    }

    /// T of the softmax over −distance / T.
    public let temperature: Double
    /// For each character, the distance to its mean beyond which a picture is not of it.
    public let radii: [Double]
    /// The radius of a character of which nothing is known.
    public let commonRadius: Double
    /// How far the probability of the nearest lies from how often it is right, in 15 bins; the interval by the bootstrap over characters.
    public let calibrationError: Estimate
    /// Of pictures of strangers, the part named as somebody.
    public let falseAccepts: Estimate
    /// Of pictures of enrolled characters, the part called unknown.
    public let falseRejects: Estimate
    /// Of pictures of enrolled characters, the part named rightly.
    public let namedRightly: Estimate

    /// Pictures that a character's own spread counts as much as; the common one weighs the rest.
    private static let weight = 5.0
    private static let bins = 15

    /// - Parameters:
    ///   - spreads: of all characters.
    ///   - questions: of two characters at least.
    ///   - allowed: the part of strangers that may be accepted, 0 to below 1.
    /// - Throws: ``DataSetError`` when the questions are of fewer characters.
    public static func fit(
        _ spreads: [Spread], questions: [Question], falseAccepts allowed: Double, seed: UInt64
    ) throws(DataSetError) -> OwnCalibration {
        let asked = Set(questions.map(\.character)).sorted()
        guard asked.count >= 2 else {
            throw DataSetError("a calibration needs two characters with two pictures each; there are \(asked.count)")
        }
        let scales = Scales(spreads)
        let values = Values(questions, scales, allowed)
        let even = Set(asked.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        let halves = [true, false].map { half in questions.filter { even.contains($0.character) == half } }
        let judged = zip(halves, halves.reversed()).flatMap { fitted, judged in
            Values(fitted, scales, allowed).judge(judged, scales)
        }
        return OwnCalibration(
            temperature: values.temperature, radii: scales.all.map { $0 * values.reach },
            commonRadius: scales.common * values.reach, calibrationError: error(judged, seed),
            falseAccepts: share(judged) { $0.strangerAccepted }, falseRejects: share(judged) { !$0.accepted },
            namedRightly: share(judged) { $0.accepted && $0.right })
    }

    private static func share(_ judged: [Judged], _ holds: (Judged) -> Bool) -> Estimate {
        Estimate(successes: judged.count(where: holds), of: judged.count)
    }

    /// How widely pictures lie about a mean that they are no part of.
    private struct Scales {
        let all: [Double]
        let common: Double
        private let squares: [(sum: Double, count: Double)]

        init(_ spreads: [Spread]) {
            // (x − mean of the others) = n / (n − 1) · (x − mean of all).
            let squares = spreads.map { one -> (sum: Double, count: Double) in
                guard one.count > 1 else { return (0, 0) }
                let count = Double(one.count)
                let left = one.spread * count / (count - 1)
                return (count * left * left, count)
            }
            let total = squares.reduce((sum: 0.0, count: 0.0)) { ($0.sum + $1.sum, $0.count + $1.count) }
            let common = total.count > 0 ? (total.sum / total.count).squareRoot() : 0
            self.squares = squares
            self.common = common
            all = squares.map { Scales.shrunk($0.sum, $0.count, common) }
        }

        /// A character's scale as it would be without a picture at this distance.
        func without(_ distance: Double, of character: Int) -> Double {
            let one = squares[character]
            return Scales.shrunk(max(0, one.sum - distance * distance), max(0, one.count - 1), common)
        }

        private static func shrunk(_ sum: Double, _ count: Double, _ common: Double) -> Double {
            // Not zero, where a character's pictures are all alike.
            max(1e-6, ((sum + weight * common * common) / (count + weight)).squareRoot())
        }
    }

    private struct Judged {
        let character: Int
        let claimed: Double
        let right: Bool
        let accepted: Bool
        let strangerAccepted: Bool
    }

    /// What is fitted on questions.
    private struct Values {
        let temperature: Double
        /// A character's radius is this many times its scale.
        let reach: Double

        init(_ questions: [Question], _ scales: Scales, _ allowed: Double) {
            let distances = questions.map { [$0.own] + $0.others }
            let right = questions.count(where: \.isRight)
            // Where all are right the likelihood wants certainty. The rule of succession says what so many right answers are worth.
            let most = Double(right + 1) / Double(questions.count + 2)
            temperature = max(
                Temperature.value(distances: distances, right: questions.map { _ in 0 }),
                MatchedTemperature.matching(most, distances))
            let strangers = questions.map { Values.stranger($0, scales) }.sorted()
            let beyond = strangers[min(Int(allowed * Double(strangers.count)), strangers.count - 1)]
            let farthest = questions.map { Values.known($0, scales) }.max() ?? 0
            // Where they do not overlap, half-way between the enrolled and the strangers.
            reach = max(0, farthest < beyond ? (farthest + beyond) / 2 : beyond.nextDown)
        }

        /// How far the nearest character is, in its scale.
        private static func known(_ question: Question, _ scales: Scales) -> Double {
            question.isRight
                ? question.own / scales.without(question.own, of: question.character)
                : stranger(question, scales)
        }

        private static func stranger(_ question: Question, _ scales: Scales) -> Double {
            question.others[0] / scales.all[question.nearestOther]
        }

        func judge(_ questions: [Question], _ scales: Scales) -> [Judged] {
            questions.map { question in
                Judged(
                    character: question.character,
                    claimed: 1 / ([question.own] + question.others).softmaxTotal(temperature: temperature),
                    right: question.isRight, accepted: Values.known(question, scales) <= reach,
                    strangerAccepted: Values.stranger(question, scales) <= reach)
            }
        }
    }

    private static func error(_ judged: [Judged], _ seed: UInt64) -> Estimate {
        let characters = Array(Dictionary(grouping: judged, by: \.character).sorted { $0.key < $1.key }.map(\.value))
        var random = SplitMix64(seed: seed)
        let resampled = (0..<200).map { _ in
            error(characters.indices.flatMap { _ in random.pick(characters) })
        }.sorted()
        return Estimate(mean: error(judged), interval: resampled[4]...resampled[195])
    }

    private static func error(_ judged: [Judged]) -> Double {
        var sums = [Double](repeating: 0, count: bins)
        for one in judged {
            sums[min(Int(one.claimed * Double(bins)), bins - 1)] += (one.right ? 1 : 0) - one.claimed
        }
        return sums.reduce(0) { $0 + abs($1) } / Double(judged.count)
    }
}
