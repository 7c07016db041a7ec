import Foundation
import Statistics
import Testing

@testable import FewShot

/// Characters whose pictures fall into groups, in the head, in leaving one out and in the evaluation.
@Suite struct AppearanceTests {
    private static let model = TwoCovariance(between: 20, within: 0.4, dimensions: 8)

    /// Twelve characters. Each has eight pictures of one appearance and two of another, which is drawn in a style that all share, so that it
    /// lies far from the first one.
    private static let support = (0..<12).map { pictures($0, [(common: true, count: 8), (common: false, count: 2)]) }

    /// - Parameter wanted: how many of each appearance.
    private static func pictures(_ character: Int, _ wanted: [(common: Bool, count: Int)], seed: Int = 0) -> [[Float]] {
        wanted.flatMap { wanted in
            let base = Cast(sizes: [1], seed: UInt64(1000 + character * 2 + (wanted.common ? 0 : 1))).support[0][0]
            let noise = Cast(
                sizes: [wanted.count], between: 1e-9, within: 0.15, seed: UInt64(50 + character + 100 * seed))
            return noise.support[0].map { noise in
                zip(base.indices, noise).map { index, noise in
                    base[index] + noise + (wanted.common || index > 0 ? 0 : 1)
                }
            }
        }
    }

    @Test func `the head names a picture of the rare appearance`() {
        let (one, several) = (
            PosteriorHead(support: Self.support, model: Self.model),
            PosteriorHead(support: Self.support, model: Self.model, grouping: Self.model)
        )
        var likelier = 0
        for character in 0..<12 {
            let query = Self.pictures(character, [(common: false, count: 1)], seed: 1)[0]
            #expect(several.nearest(to: query).index == character)
            if several.distances(to: query)[character] < one.distances(to: query)[character] - 1 { likelier += 1 }
        }
        #expect(likelier == 12)
    }

    /// A picture is taken out of its own appearance, as its definition says.
    @Test func `leaving one out takes a picture out of its appearance`() {
        let answers = LeaveOneOut(Self.support, model: Self.model, grouping: Self.model).answers
        #expect(answers.count == 120)
        for answer in answers where answer.label == 5 {
            let query = Self.support[5][answer.picture]
            func square(_ vector: [Float]) -> Double {
                zip(vector, query).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
            }
            let ratios = Self.support.indices.map { label -> Double in
                let left = label == 5 ? answer.picture : -1
                let groups = [0..<8, 8..<10].map { group in
                    Appearance(of: group.filter { $0 != left }.map { Self.support[label][$0] })
                }
                let lengths = query.reduce(0) { $0 + Double($1) * Double($1) }
                return log(
                    Appearance.rows(groups).reduce(0) { sum, row in
                        sum + row.share
                            * exp(
                                Self.model.terms(count: row.count).ratio(
                                    squaredDistance: square(row.vector),
                                    squaredMean: row.vector.reduce(0) { $0 + Double($1) * Double($1) },
                                    squaredQuery: lengths))
                    })
            }
            let expected = Posterior(ratios: ratios)
            #expect(answer.isRight == (ratios[5] == ratios.max()))
            #expect(abs((answer.probability ?? 0) - (expected.characters.max() ?? 0)) < 1e-3)
        }
    }

    /// The second picture of the rare appearance has only the first one left.
    @Test func `pictures of the rare appearance are probable with it, and not without`() {
        func probable(_ grouping: TwoCovariance?) -> Int {
            LeaveOneOut(Self.support, model: Self.model, grouping: grouping).answers
                .count { $0.picture >= 8 && $0.isRight && ($0.probability ?? 0) > 0.8 }
        }
        #expect(probable(Self.model) > probable(nil) + 6, "\(probable(Self.model)) against \(probable(nil))")
    }

    @Test func `the last picture of an appearance leaves none of it`() {
        let pictures = Self.pictures(3, [(common: true, count: 6), (common: false, count: 1)])
        let appearances = CharacterAppearances(pictures, grouping: Self.model)
        #expect(appearances.groups.map(\.count) == [6, 1])
        #expect(appearances.seen(by: pictures[6], leavingOut: 6).means.map(\.count) == [6])
        #expect(appearances.seen(by: pictures[0], leavingOut: 0).means.map(\.count) == [5.5, 3.5])
    }

    @Test func `the evaluation finds that a mean for each appearance names more rare pictures`() throws {
        let characters = (0..<30).map { character in
            (
                first: Self.pictures(character, [(common: true, count: 12)], seed: 2),
                second: Self.pictures(character, [(common: false, count: 12)], seed: 3)
            )
        }
        let rule = DecisionRule(covariance: Self.model, curve: [.init(falseAccepts: 0.1, threshold: 0.5)])
        func measure(_ grouping: TwoCovariance?, _ first: Int, _ second: Int) throws -> AppearanceEvaluation {
            try AppearanceEvaluation(
                characters, rule: rule, grouping: grouping, .init(characters: 14, first: first, second: second),
                falseAccepts: 0.1, draws: 10, seed: 1)
        }
        let (one, several) = (try measure(nil, 8, 2), try measure(Self.model, 8, 2))
        #expect(one.appearances == 1 && abs(several.appearances - 2) < 0.1 && one.characters == 30)
        #expect(several.rareNamedRightly.low > one.rareNamedRightly.mean)
        #expect(several.namedRightly.mean >= one.namedRightly.mean)
        #expect(try measure(Self.model, 5, 0).appearances < 1.1)
        #expect(try measure(nil, 8, 2) == one)
        #expect(throws: DataSetError.self) { try measure(nil, 11, 2) }
    }
}
