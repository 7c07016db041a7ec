import Foundation
import Statistics
import Testing

@Suite("The two-covariance model")
struct TwoCovarianceTests {
    private let model = TwoCovariance(between: 0.4, within: 0.7, dimensions: 3)

    /// ln N(x; center, variance/3 · I) in three dimensions.
    private func logDensity(_ x: [Double], _ center: [Double], _ variance: Double) -> Double {
        let each = variance / 3
        let squares = zip(x, center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return -1.5 * log(2 * .pi * each) - squares / (2 * each)
    }

    private func square(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

    /// The ratio agrees with the definition: a ratio of two normal densities whose center and variance follow from Bayes' rule.
    @Test(arguments: [1, 2, 5, 40])
    func theRatioIsThatOfTheDensities(count: Int) {
        let (x, mean) = ([0.3, -0.2, 0.5], [0.1, -0.4, 0.6])
        let k = Double(count)
        let posterior = 1 / (1 / 0.4 + k / 0.7)
        let center = mean.map { $0 * posterior * k / 0.7 }
        let expected = logDensity(x, center, 0.7 + posterior) - logDensity(x, [0, 0, 0], 1.1)
        let distance = zip(x, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let ratio = model.terms(count: Double(count)).ratio(
            squaredDistance: distance, squaredMean: square(mean), squaredQuery: square(x))
        #expect(abs(ratio - expected) < 1e-12)
    }

    /// For pictures that are asked about together, the ratio is that of their joint densities: how they scatter about their mean cancels out.
    @Test(arguments: [1, 3])
    func theRatioOfAMeanIsThatOfItsPictures(count: Int) {
        let (pictures, mean) = ([[0.3, -0.2, 0.5], [0.1, 0.4, 0.2]], [0.1, -0.4, 0.6])
        let k = Double(count)
        let posterior = 1 / (1 / 0.4 + k / 0.7)
        let center = mean.map { $0 * posterior * k / 0.7 }
        // The first picture, and then the second one given the first.
        func joint(_ center: [Double], _ variance: Double) -> Double {
            let gain = variance / (variance + 0.7)
            let next = zip(center, pictures[0]).map { $0 + gain * ($1 - $0) }
            return logDensity(pictures[0], center, variance + 0.7)
                + logDensity(pictures[1], next, variance * (1 - gain) + 0.7)
        }
        let together = zip(pictures[0], pictures[1]).map { ($0 + $1) / 2 }
        let distance = zip(together, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let ratio = model.terms(count: k, asked: 2).ratio(
            squaredDistance: distance, squaredMean: square(mean), squaredQuery: square(together))
        #expect(abs(ratio - (joint(center, posterior) - joint([0, 0, 0], 0.4))) < 1e-12)
    }

    /// The plain mean of one picture is longer than the mean of ten, and so farther from every stranger. The ratio makes up for it: of two
    /// characters that a picture resembles equally, neither wins because it has more pictures.
    @Test func aManyTimesEnrolledCharacterIsNotNearerToEverybody() {
        // A stranger at right angles to both means of unit vectors with the cosine 0.4 within a character.
        let squares = [1: 1.0, 10: (1 + 9 * 0.4) / 10]
        let ratios = [1, 10].map { count in
            model.terms(count: Double(count)).ratio(
                squaredDistance: 1 + squares[count]!, squaredMean: squares[count]!, squaredQuery: 1)
        }
        #expect(1 + squares[10]! < 1 + squares[1]! && ratios[1] < ratios[0])
    }

    @Test func probabilitiesSumToOneWithTheStrangers() {
        let posterior = Posterior(ratios: [3, -1, 0.5])
        #expect(abs(posterior.characters.reduce(posterior.stranger, +) - 1) < 1e-12)
        // 1/6 e³ against 1/2.
        #expect(abs(posterior.characters[0] / posterior.stranger - exp(3) / 3) < 1e-9)
        #expect(Posterior(ratios: []).stranger == 1)
        #expect(Posterior(ratios: [800]).characters[0] == 1 && Posterior(ratios: [-800]).stranger == 1)
    }

    @Test func aVarianceThatIsNotPositiveIsRefused() {
        let text = Data(#"{"between": 0, "within": 1, "dimensions": 3}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TwoCovariance.self, from: text) }
    }
}

@Suite("The decision rule")
struct DecisionRuleTests {
    private let rule = DecisionRule(
        covariance: TwoCovariance(between: 1, within: 1, dimensions: 10),
        curve: [.init(falseAccepts: 0.1, threshold: 0.8), .init(falseAccepts: 0.3, threshold: 0.4)])

    @Test func aThresholdLiesOnTheCurve() {
        #expect(rule.threshold(falseAccepts: 0.2) == 0.6 && rule.threshold(falseAccepts: 0.1) == 0.8)
        #expect(rule.threshold(falseAccepts: 0) == 0.8 && rule.threshold(falseAccepts: 0.5) == 0.4)
    }

    @Test func aCurveCountsStrangers() {
        let curve = DecisionRule.curve(of: (1...1000).map { Double($0) / 1000 })
        for point in curve { #expect(abs(point.threshold - (1 - point.falseAccepts)) < 2e-3) }
    }

    /// With equally many pictures on both sides, the share that a threshold lets through is the mean of both shares.
    @Test func measuredStrangersMoveTheCurve() {
        // All measured strangers lie at 0.9: at a tenth of the whole, the curve's own share must be 0.2 − 1, so the threshold is above 0.9.
        let points = rule.curve(with: [Double](repeating: 0.9, count: 50), weight: 50)
        #expect(points.allSatisfy { $0.falseAccepts >= 0.5 || $0.threshold > 0.9 })
        let none = rule.curve(with: [0.0001], weight: 1e6)
        let tenth = none.first { $0.falseAccepts == 0.1 }
        #expect(abs((tenth?.threshold ?? 0) - 0.8) < 1e-3)
    }

    @Test func aCurveInTheWrongOrderIsRefused() throws {
        let text = try JSONEncoder().encode(rule)
        #expect(try JSONDecoder().decode(DecisionRule.self, from: text) == rule)
        let wrong = String(decoding: text, as: UTF8.self).replacingOccurrences(of: "0.8", with: "0.1")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(DecisionRule.self, from: Data(wrong.utf8)) }
    }
}
