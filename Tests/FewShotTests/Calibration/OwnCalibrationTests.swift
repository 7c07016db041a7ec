import Foundation
import Randomness
import Statistics
import Testing

@testable import FewShot

/// A registry calibrated on its own pictures.
@Suite struct OwnCalibrationTests {
    /// Characters about places of their own, and the questions that leave out each of their pictures.
    private struct Cast {
        let support: [[[Float]]]
        let spreads: [OwnCalibration.Spread]
        let questions: [OwnCalibration.Question]

        init(characters: Int, images: Int, width: Int = 8, noise: Double, seed: UInt64) {
            var random = SplitMix64(seed: seed)
            support = (0..<characters).map { _ in
                let center = (0..<width).map { _ in random.uniform(-1, 1) }
                return (0..<images).map { _ in center.map { Float($0 + random.uniform(-noise, noise)) } }
            }
            let means = MeanHead(support: support).prototypes
            spreads = zip(support, means).map { images, mean in
                let squares = images.map { Double(MeanHead.squaredDistance($0, mean)) }
                return .init(
                    count: images.count, spread: (squares.reduce(0, +) / Double(images.count)).squareRoot())
            }
            questions = support.indices.flatMap { [support] character in
                support[character].indices.map { image in
                    let query = support[character][image]
                    let rest = support[character].indices.filter { $0 != image }.map { support[character][$0] }
                    let others = means.indices.filter { $0 != character }.map { other in
                        (distance: Double(MeanHead.squaredDistance(query, means[other]).squareRoot()), other: other)
                    }.sorted { $0.distance < $1.distance }
                    return .init(
                        character: character, own: Double(MeanHead(support: [rest]).nearest(to: query).distance),
                        others: others.map(\.distance), nearestOther: others[0].other)
                }
            }
        }

        func fit(_ allowed: Double) throws -> OwnCalibration {
            try OwnCalibration.fit(spreads, questions: questions, falseAccepts: allowed, seed: 1)
        }
    }

    @Test(arguments: [0.01, 0.05, 0.2]) func `strangers are accepted about as often as is allowed`(allowed: Double)
        throws
    {
        let fit = try Cast(characters: 60, images: 6, noise: 0.7, seed: 3).fit(allowed)
        #expect(fit.falseAccepts.interval.lowerBound <= allowed && fit.falseAccepts.mean <= allowed + 0.04)
        #expect(fit.falseAccepts.interval.contains(fit.falseAccepts.mean) && fit.radii.count == 60)
        #expect(fit.falseRejects.mean > 0 && fit.falseRejects.mean < 1)
    }

    @Test func `the more is allowed, the wider the radii`() throws {
        let cast = Cast(characters: 40, images: 5, noise: 0.8, seed: 4)
        let fits = try [0, 0.02, 0.1, 0.4].map { try cast.fit($0) }
        #expect(zip(fits, fits.dropFirst()).allSatisfy { $0.commonRadius <= $1.commonRadius })
        #expect(fits[0].commonRadius < fits[3].commonRadius)
        #expect(fits[0].falseRejects.mean > fits[3].falseRejects.mean)
    }

    /// Tested on characters outside the fit. Chance gives 750 questions an error of about 0.05.
    @Test func `probabilities say how often they are right`() throws {
        let fit = try Cast(characters: 150, images: 5, noise: 0.9, seed: 5).fit(0.05)
        #expect(fit.calibrationError.mean < 0.08)
        #expect(fit.calibrationError.interval.contains(fit.calibrationError.mean))
    }

    @Test func `a few right answers are no certainty`() throws {
        let cast = Cast(characters: 3, images: 3, noise: 0.02, seed: 6)
        let fit = try cast.fit(0.05)
        let claims = cast.questions.map { question -> Double in
            let distances = [question.own] + question.others
            return 1 / distances.softmaxTotal(temperature: fit.temperature)
        }
        let claimed = claims.reduce(0, +) / 9
        // Nine of nine: at most 10/11, by the rule of succession.
        #expect(abs(claimed - 10.0 / 11) < 1e-3)
        #expect(fit.falseAccepts.mean == 0 && fit.falseRejects.mean == 0)
        #expect(fit.falseAccepts.interval.upperBound > 0.25)
    }

    @Test func `a character that lies widely gets a wider radius, one of a single picture the common one`() throws {
        let narrow = Cast(characters: 10, images: 5, noise: 0.2, seed: 7)
        var spreads = narrow.spreads
        spreads[0] = .init(count: 5, spread: 2)
        spreads[1] = .init(count: 1, spread: 0)
        let fit = try OwnCalibration.fit(spreads, questions: narrow.questions, falseAccepts: 0.05, seed: 1)
        #expect(fit.radii[0] > 1.5 * (fit.radii[2...].max() ?? 0))
        #expect(abs(fit.radii[1] - fit.commonRadius) < 1e-9)
    }

    @Test func `one character alone cannot be calibrated`() {
        let cast = Cast(characters: 2, images: 3, noise: 0.1, seed: 8)
        let alone = cast.questions.prefix(3)
        let error = #expect(throws: DataSetError.self) {
            try OwnCalibration.fit(cast.spreads, questions: Array(alone), falseAccepts: 0.05, seed: 1)
        }
        #expect(error?.message.contains("two characters") == true)
    }
}
