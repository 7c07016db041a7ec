import Foundation
import Randomness
@testable import FewShot

/// Gaussian classes from a seed, for tests that know the right answer.
struct Synthetic {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// One value of the standard normal distribution (Box and Muller).
    mutating func normal() -> Double {
        let (first, second) = (
            Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random)
        )
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }

    mutating func vector(_ width: Int) -> [Float] { (0..<width).map { _ in Float(normal()) } }

    /// Classes of one common diagonal covariance around means that are drawn too.
    /// - Parameters:
    ///   - deviations: of the pictures of a class, for each dimension.
    ///   - spread: the means' deviation, for each dimension.
    mutating func classes(_ count: Int, images: Int, deviations: [Double], spread: [Double]) -> [[[Float]]] {
        (0..<count).map { _ in
            let mean = spread.map { $0 * normal() }
            return (0..<images).map { _ in zip(mean, deviations).map { Float($0 + $1 * normal()) } }
        }
    }
}
