import Foundation
import Randomness
import Statistics

@testable import FewShot

/// Characters about places of their own, drawn from the two-covariance model itself: vectors of 32 values.
struct Cast {
    static let width = 32
    let support: [[[Float]]]

    /// - Parameters:
    ///   - sizes: the number of pictures of each character.
    ///   - between: the variance of the characters' places, summed over all directions.
    ///   - within: the variance of a character's pictures.
    init(sizes: [Int], between: Double = 1, within: Double = 0.7, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func normal(_ variance: Double) -> Double {
            // A sum of twelve uniform numbers is nearly normal.
            (0..<12).reduce(0) { sum, _ in sum + random.uniform(-0.5, 0.5) }
                * (variance / Double(Self.width)).squareRoot()
        }
        support = sizes.map { size in
            let center = (0..<Self.width).map { _ in normal(between) }
            return (0..<size).map { _ in center.map { Float($0 + normal(within)) } }
        }
    }

    init(characters: Int, images: Int, between: Double = 1, within: Double = 0.7, seed: UInt64) {
        self.init(
            sizes: [Int](repeating: images, count: characters), between: between, within: within, seed: seed)
    }

    /// The questions that leave out each picture of each character that has two.
    var questions: [DecisionQuestion] {
        let means = ClassMeans(support)
        return support.indices.flatMap { character -> [DecisionQuestion] in
            guard support[character].count > 1 else { return [] }
            return support[character].indices.map { image in
                let query = support[character][image]
                let squares = means.squaredDistances(to: [query])
                let others = support.indices.filter { $0 != character }.map { other in
                    DecisionQuestion.Mean(
                        squaredDistance: Double(squares[other]), squaredLength: Double(means.squaredNorms[other]),
                        count: support[other].count)
                }
                let rest = support[character].indices.filter { $0 != image }.map { support[character][$0] }
                return DecisionQuestion(
                    character: character, squaredLength: DecisionQuestion.squaredLength(query),
                    own: .init(of: rest, from: query), others: others, otherCount: others.count)
            }
        }
    }
}
