import Foundation
import Statistics
import Testing

@testable import FewShot

/// A registry calibrated on its own pictures.
@Suite struct RegistryCalibrationTests {
    private func fit(_ cast: Cast, _ allowed: Double, prior: DecisionRule? = nil) throws -> RegistryCalibration {
        try RegistryCalibration.fit(cast.questions, prior: prior, falseAccepts: allowed, seed: 1)
    }

    @Test(arguments: [0.01, 0.05, 0.2]) func `strangers are accepted about as often as is allowed`(allowed: Double)
        throws
    {
        let fit = try fit(Cast(characters: 60, images: 6, seed: 3), allowed)
        #expect(fit.falseAccepts.interval.lowerBound <= allowed && fit.falseAccepts.mean <= allowed + 0.04)
        #expect(fit.falseAccepts.interval.contains(fit.falseAccepts.mean))
        #expect(fit.falseRejects.mean < 1)
    }

    @Test func `the more is allowed, the less a name needs`() throws {
        let cast = Cast(characters: 40, images: 5, within: 1.5, seed: 4)
        let rule = try fit(cast, 0.1).rule
        let thresholds = [0, 0.02, 0.1, 0.4].map { rule.threshold(falseAccepts: $0) }
        #expect(zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 >= $1 } && thresholds[0] > thresholds[3])
        #expect(try fit(cast, 0.02).falseRejects.mean > fit(cast, 0.4).falseRejects.mean)
    }

    /// Tested on characters outside the fit. Chance gives 1500 answers an error of about 0.03.
    @Test func `probabilities say how often they are right`() throws {
        let fit = try fit(Cast(characters: 150, images: 5, within: 2, seed: 5), 0.05)
        // Resampling adds noise, which makes errors larger.
        #expect(fit.calibrationError.mean < 0.06 && fit.calibrationError.high > fit.calibrationError.mean)
    }

    @Test func `a few pictures change the model's rule little, many change it much`() throws {
        // Twice as far apart as the model expects.
        let prior = DecisionRule(
            covariance: TwoCovariance(between: 0.25, within: 0.175, dimensions: 32),
            curve: [.init(falseAccepts: 0.1, threshold: 0.6)])
        func shift(characters: Int) throws -> Double {
            let fit = try fit(Cast(characters: characters, images: 6, seed: 6), 0.1, prior: prior)
            return log(fit.rule.covariance.within / 0.175)
        }
        let (few, many) = (try shift(characters: 2), try shift(characters: 60))
        #expect(abs(few) < 0.7 && many > few + 0.3)
    }

    @Test func `one character alone cannot be calibrated, and without a model's rule it takes four`() {
        let questions = Cast(characters: 4, images: 3, seed: 8).questions
        let prior = DecisionRule.typical
        func message(_ characters: Int, _ prior: DecisionRule?) -> String? {
            do {
                _ = try RegistryCalibration.fit(
                    questions.filter { $0.character < characters }, prior: prior, falseAccepts: 0.05, seed: 1)
                return nil
            } catch { return error.message }
        }
        #expect(message(1, prior)?.contains("needs 2 characters") == true && message(2, prior) == nil)
        #expect(message(3, nil)?.contains("needs 4 characters") == true && message(4, nil) == nil)
    }

    @Test func `two characters with the same pictures are told apart by nobody, and no answer claims to`() throws {
        let cast = Cast(characters: 3, images: 4, seed: 9)
        var support = cast.support
        support.append(support[0])
        let fit = try RegistryCalibration.fit(
            DecisionQuestion.leavingOneOut(support, grouping: .typical), prior: .typical, falseAccepts: 0.1, seed: 1)
        let twins = DecisionQuestion.leavingOneOut(support, grouping: .typical).filter { $0.character == 0 }
            .map { $0.answer(fit.rule.covariance) }
        // The twin's mean holds the picture itself, so the twin is likelier; neither is ever certain.
        #expect(twins.allSatisfy { !$0.isRight && $0.own < 0.5 })
        #expect([fit.falseAccepts.mean, fit.namedRightly.mean, fit.temperature].allSatisfy { $0.isFinite })
    }

    @Test func `thousands of pictures of one character leave those of one picture nameable`() throws {
        let cast = Cast(characters: 8, images: 3, seed: 10)
        var support = cast.support.map { Array($0.prefix(2)) }
        support[0] = (0..<1000).flatMap { _ in cast.support[0] }
        support[1] = [cast.support[1][0]]
        let questions = DecisionQuestion.leavingOneOut(support, grouping: .typical, atMost: 4)
        #expect(questions.count == 4 + 6 * 2)
        let rule = try RegistryCalibration.fit(questions, prior: .typical, falseAccepts: 0.1, seed: 1).rule
        let query = cast.support[1][1]
        let ratios = CharacterMeans(support, grouping: .typical).seen(by: [query])[0].map { character in
            character.ratio(squaredQuery: DecisionQuestion.squaredLength(query)) { rule.covariance.terms(count: $0) }
        }
        #expect(ratios.indices.max { ratios[$0] < ratios[$1] } == 1)
    }
}
