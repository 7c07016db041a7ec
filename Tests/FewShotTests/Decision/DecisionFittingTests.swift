import Foundation
import Statistics
import Testing

@testable import FewShot

@Suite struct DecisionFittingTests {
    /// On pictures drawn from the model itself, the variances that make the answers most probable are about the true ones.
    @Test func `a fit finds the model that the pictures were drawn from`() throws {
        let cast = Cast(characters: 120, images: 8, between: 1, within: 1.6, seed: 1)
        let found = TwoCovariance.fit(cast.questions, prior: nil)
        #expect(abs(log(found.within / 1.6)) < 0.3 && abs(log(found.dimensions / 32)) < 0.3)
        #expect(abs(log(found.between / 1)) < 0.5)
    }

    /// A mean of many pictures is shorter, so that the plain distance favors whoever has many.
    @Test func `with unlike numbers of pictures the likeliest is right more often than the nearest`() throws {
        let sizes = (0..<120).map { [2, 2, 3, 21][$0 % 4] }
        let cast = Cast(sizes: sizes, between: 1, within: 3, seed: 2)
        let model = TwoCovariance.fit(cast.questions, prior: nil)
        let likeliest = LeaveOneOut(cast.support, model: model)
        let nearest = LeaveOneOut(cast.support, model: nil)
        // Of the characters with few pictures, since the others are right either way.
        func few(_ asked: LeaveOneOut) -> Int { asked.answers.count { $0.isRight && sizes[$0.label] < 4 } }
        #expect(few(likeliest) > few(nearest) * 3 / 2, "\(few(likeliest)) against \(few(nearest))")
    }

    /// Leaving a picture out of its mean by arithmetic gives what a mean without it gives.
    @Test func `leaving one out agrees with a mean without it`() {
        let cast = Cast(sizes: [2, 5, 9, 1, 3], seed: 3)
        let model = TwoCovariance(between: 1, within: 0.7, dimensions: 32)
        let answers = LeaveOneOut(cast.support, model: model).answers
        #expect(answers.count == 19)
        for (answer, question) in zip(answers, cast.questions) {
            let expected = question.answer(model)
            #expect(answer.isRight == expected.isRight)
            #expect(abs((answer.probability ?? 0) - expected.best) < 1e-4)
        }
    }

    @Test func `a model's rule keeps strangers to the share that is allowed`() throws {
        let cast = Cast(characters: 60, images: 12, within: 1.2, seed: 4)
        let rule = try DecisionRule.fit(cast.support, seed: 1)
        let fresh = Cast(characters: 60, images: 12, within: 1.2, seed: 5)
        let result = try DecisionEvaluation(
            fresh.support, rule: rule, grouping: nil, falseAccepts: 0.1,
            .init(characters: 20, shots: [1, 2, 3, 5, 10]),
            calibrates: false, draws: 40, seed: 2)
        #expect(abs(result.falseAccepts.mean - 0.1) < 0.05 && result.calibrationError < 0.05)
        #expect(result.namedRightly.mean > 0.5 && result.characters == 20)
    }

    @Test func `too few characters cannot be fitted on`() {
        let error = #expect(throws: DataSetError.self) {
            try DecisionRule.fit(Cast(sizes: [5, 5, 5, 1, 1], seed: 6).support, seed: 1)
        }
        #expect(error?.message.contains("3 of 5") == true)
    }

    @Test func `a search without derivatives finds the lowest point of a valley`() {
        // Rosenbrock's function, whose minimum is at (1, 1).
        let point = NelderMead.minimum(from: [-1.2, 1], step: 0.5, evaluations: 600) { point in
            let (x, y) = (point[0], point[1])
            return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
        }
        #expect(abs(point[0] - 1) < 1e-2 && abs(point[1] - 1) < 1e-2)
    }
}
