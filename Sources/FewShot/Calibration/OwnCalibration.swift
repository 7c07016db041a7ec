import Foundation
import Randomness
public import Statistics

/// The temperature, and a radius for each character, fitted on a registry's own enrolled pictures.
///
/// Each picture asked about is compared with the mean of its character's other pictures (leave one out) and with all other characters. The
/// same picture also plays a stranger to a registry without its character: the nearest other character then answers. The rates come from
/// cross-validation: values fitted on one half of the characters are tested on the other half, and the reverse. The values in use are
/// fitted on all.
public struct OwnCalibration: Sendable, Equatable {
    /// How far a character's supports spread.
    public struct Spread: Sendable {
        let count: Int
        /// The root mean square of the supports' distances to their mean.
        let spread: Double

        public init(count: Int, spread: Double) { (self.count, self.spread) = (count, spread) }
    }

    /// A picture that is left out of its character.
    public struct Question: Sendable {
        /// The index of its character among the spreads.
        let character: Int
        /// The distance to the mean of its character's other pictures.
        let own: Double
        /// The distances to the other characters' means, nearest first. There is at least one.
        let others: [Double]
        /// The index of the nearest other character.
        let nearestOther: Int

        public init(character: Int, own: Double, others: [Double], nearestOther: Int) {
            precondition(!others.isEmpty, "a question needs another character")
            (self.character, self.own, self.others, self.nearestOther) = (character, own, others, nearestOther)
        }

        var isRight: Bool { own < others[0] }
    }

    /// T of the softmax over −distance / T.
    public let temperature: Double
    /// For each character, the distance to its mean beyond which a picture does not show it.
    public let radii: [Double]
    /// The radius of a character without a spread of its own.
    public let commonRadius: Double
    /// The expected calibration error in 15 bins, with a bootstrap interval over characters.
    public let calibrationError: Estimate
    /// The share of pictures of strangers that get a name.
    public let falseAccepts: Estimate
    /// The share of pictures of enrolled characters that are called unknown.
    public let falseRejects: Estimate
    /// The share of pictures of enrolled characters that are named correctly.
    public let namedRightly: Estimate

    /// The common spread counts as much as this many pictures of the character.
    private static let weight = 5.0
    private static let bins = 15

    /// - Parameters:
    ///   - spreads: the spreads of all characters.
    ///   - questions: pictures of at least two characters.
    ///   - allowed: the share of strangers that may be accepted, at least 0 and below 1.
    /// - Throws: ``DataSetError`` if the questions have fewer characters.
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
        let outcomes = zip(halves, halves.reversed()).flatMap { fitted, tested in
            Values(fitted, scales, allowed).outcomes(of: tested, scales)
        }
        return OwnCalibration(
            temperature: values.temperature, radii: scales.all.map { $0 * values.reach },
            commonRadius: scales.common * values.reach, calibrationError: error(outcomes, seed),
            falseAccepts: share(outcomes) { $0.strangerAccepted }, falseRejects: share(outcomes) { !$0.accepted },
            namedRightly: share(outcomes) { $0.accepted && $0.isRight })
    }

    private static func share(_ outcomes: [Outcome], _ holds: (Outcome) -> Bool) -> Estimate {
        Estimate(successes: outcomes.count(where: holds), of: outcomes.count)
    }

    /// The scales of the characters: how far pictures spread about a mean that they are not part of.
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

        /// A character's scale without a picture at this distance.
        func without(_ distance: Double, of character: Int) -> Double {
            let one = squares[character]
            return Scales.shrunk(max(0, one.sum - distance * distance), max(0, one.count - 1), common)
        }

        private static func shrunk(_ sum: Double, _ count: Double, _ common: Double) -> Double {
            // Above zero even if all pictures of a character are equal.
            max(1e-6, ((sum + weight * common * common) / (count + weight)).squareRoot())
        }
    }

    private struct Outcome {
        let character: Int
        let confidence: Double
        let isRight: Bool
        let accepted: Bool
        let strangerAccepted: Bool
    }

    /// The values that are fitted on questions.
    private struct Values {
        let temperature: Double
        /// A character's radius is this many times its scale.
        let reach: Double

        init(_ questions: [Question], _ scales: Scales, _ allowed: Double) {
            let distances = questions.map { [$0.own] + $0.others }
            let right = questions.count(where: \.isRight)
            // If all answers are right, the likelihood is highest at certainty. The rule of succession limits the confidence.
            let most = Double(right + 1) / Double(questions.count + 2)
            temperature = max(
                Temperature.value(distances: distances, right: questions.map { _ in 0 }),
                MatchedTemperature.matching(most, distances))
            let strangers = questions.map { Values.stranger($0, scales) }.sorted()
            let beyond = strangers[min(Int(allowed * Double(strangers.count)), strangers.count - 1)]
            let farthest = questions.map { Values.known($0, scales) }.max() ?? 0
            // If enrolled pictures and strangers do not overlap, the limit lies midway between them.
            reach = max(0, farthest < beyond ? (farthest + beyond) / 2 : beyond.nextDown)
        }

        /// The distance of the nearest character, in units of its scale.
        private static func known(_ question: Question, _ scales: Scales) -> Double {
            question.isRight
                ? question.own / scales.without(question.own, of: question.character)
                : stranger(question, scales)
        }

        private static func stranger(_ question: Question, _ scales: Scales) -> Double {
            question.others[0] / scales.all[question.nearestOther]
        }

        func outcomes(of questions: [Question], _ scales: Scales) -> [Outcome] {
            questions.map { question in
                Outcome(
                    character: question.character,
                    confidence: 1 / ([question.own] + question.others).softmaxTotal(temperature: temperature),
                    isRight: question.isRight, accepted: Values.known(question, scales) <= reach,
                    strangerAccepted: Values.stranger(question, scales) <= reach)
            }
        }
    }

    private static func error(_ outcomes: [Outcome], _ seed: UInt64) -> Estimate {
        let characters = Array(Dictionary(grouping: outcomes, by: \.character).sorted { $0.key < $1.key }.map(\.value))
        var random = SplitMix64(seed: seed)
        let resampled = (0..<200).map { _ in
            error(characters.indices.flatMap { _ in random.pick(characters) })
        }.sorted()
        return Estimate(mean: error(outcomes), interval: resampled[4]...resampled[195])
    }

    private static func error(_ outcomes: [Outcome]) -> Double {
        expectedCalibrationError(outcomes.map { ($0.confidence, $0.isRight) }, bins: bins)
    }
}
