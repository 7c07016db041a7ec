import Randomness
public import Statistics

/// A decision rule and a temperature fitted on a registry's own enrolled pictures.
///
/// Each picture asked about is compared with the mean of its character's other pictures (leave one out) and with all other characters. The
/// same picture also plays a stranger to a registry without its character. The model's rule counts as some hundreds of pictures, so that a
/// few enrolled pictures change it little and many change it much. The rates come from cross-validation: values fitted on one half of the
/// characters are tested on the other half, and the reverse. The values in use are fitted on all.
public struct RegistryCalibration: Sendable, Equatable {
    public let rule: DecisionRule
    /// T of the mean head's softmax over −distance / T.
    public let temperature: Double
    /// The expected calibration error of the likeliest character's probability, in 15 bins, with a bootstrap interval over characters. Half
    /// of the pictures are strangers'.
    public let calibrationError: Estimate
    /// The share of pictures of strangers that get a name.
    public let falseAccepts: Estimate
    /// The share of pictures of enrolled characters that are called unknown.
    public let falseRejects: Estimate
    /// The share of pictures of enrolled characters that are named correctly.
    public let namedRightly: Estimate

    /// The model's curve of strangers counts as much as this many pictures.
    private static let weight = 200.0
    private static let bins = 15

    /// - Parameters:
    ///   - questions: pictures of at least two characters.
    ///   - prior: the model's rule; nil if it has none.
    ///   - allowed: the share of strangers that may be accepted, at least 0 and below 1.
    /// - Throws: ``DataSetError`` if the questions have fewer characters, or fewer than four without a prior.
    public static func fit(
        _ questions: [DecisionQuestion], prior: DecisionRule?, falseAccepts allowed: Double, seed: UInt64
    ) throws(DataSetError) -> RegistryCalibration {
        let asked = Set(questions.map(\.character)).sorted()
        let fewest = prior == nil ? 4 : 2
        guard asked.count >= fewest else {
            throw DataSetError(
                "a calibration\(prior == nil ? " of a model without a decision rule" : "") needs \(fewest) characters with two pictures each; there are \(asked.count)"
            )
        }
        let even = Set(asked.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        let halves = [true, false].map { half in questions.filter { even.contains($0.character) == half } }
        let outcomes = zip(halves, halves.reversed()).flatMap { fitted, tested in
            let rule = Self.rule(fitted, prior)
            return self.outcomes(of: tested, rule, threshold: rule.threshold(falseAccepts: allowed))
        }
        return RegistryCalibration(
            rule: rule(questions, prior), temperature: temperature(questions), calibrationError: error(outcomes, seed),
            falseAccepts: share(outcomes) { $0.strangerAccepted }, falseRejects: share(outcomes) { !$0.accepted },
            namedRightly: share(outcomes) { $0.accepted && $0.isRight })
    }

    /// The rule fitted on questions.
    static func rule(_ questions: [DecisionQuestion], _ prior: DecisionRule?) -> DecisionRule {
        let covariance = TwoCovariance.fit(questions, prior: prior?.covariance)
        let strangers = questions.map { $0.answer(covariance).strangerBest }
        return DecisionRule(
            covariance: covariance,
            curve: prior?.curve(with: strangers, weight: weight) ?? DecisionRule.curve(of: strangers))
    }

    private static func temperature(_ questions: [DecisionQuestion]) -> Double {
        let distances = questions.map { question in
            ([question.own] + question.others).map { $0.squaredDistance.squareRoot() }
        }
        let right = distances.count { $0[0] < $0.dropFirst().min() ?? .infinity }
        // If all answers are right, the likelihood is highest at certainty. The rule of succession limits the confidence.
        let most = Double(right + 1) / Double(questions.count + 2)
        return max(
            Temperature.value(distances: distances, right: questions.map { _ in 0 }),
            MatchedTemperature.matching(most, distances))
    }

    private static func share(_ outcomes: [Outcome], _ holds: (Outcome) -> Bool) -> Estimate {
        Estimate(successes: outcomes.count(where: holds), of: outcomes.count)
    }

    private struct Outcome {
        let character: Int
        let confidence: Double
        let isRight: Bool
        let accepted: Bool
        let strangerConfidence: Double
        let strangerAccepted: Bool
    }

    private static func outcomes(
        of questions: [DecisionQuestion], _ rule: DecisionRule, threshold: Double
    ) -> [Outcome] {
        questions.map { question in
            let answer = question.answer(rule.covariance)
            return Outcome(
                character: question.character, confidence: answer.best, isRight: answer.isRight,
                accepted: answer.best >= threshold, strangerConfidence: answer.strangerBest,
                strangerAccepted: answer.strangerBest >= threshold)
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
        expectedCalibrationError(
            outcomes.flatMap { [($0.confidence, $0.isRight), ($0.strangerConfidence, false)] }, bins: bins)
    }
}
