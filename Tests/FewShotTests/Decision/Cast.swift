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
    var questions: [DecisionQuestion] { DecisionQuestion.leavingOneOut(support, grouping: nil) }
}
