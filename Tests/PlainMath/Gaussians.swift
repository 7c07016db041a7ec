import Foundation
import Randomness

/// Gaussian vectors and classes from a seed, for tests that know the right answer.
public struct Gaussians {
    private var random: SplitMix64

    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A value of the standard normal distribution (Box and Muller).
    public mutating func normal() -> Double {
        let (first, second) = (
            Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random)
        )
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }

    public mutating func vector(_ width: Int) -> [Float] { (0..<width).map { _ in Float(normal()) } }

    /// Classes with a common diagonal covariance around random means.
    /// - Parameters:
    ///   - deviations: the standard deviation of a class's pictures, for each dimension.
    ///   - spread: the standard deviation of the means, for each dimension.
    public mutating func classes(_ count: Int, images: Int, deviations: [Double], spread: [Double]) -> [[[Float]]] {
        (0..<count).map { _ in
            let mean = spread.map { $0 * normal() }
            return (0..<images).map { _ in zip(mean, deviations).map { Float($0 + $1 * normal()) } }
        }
    }

    /// Classes whose means lie on the axes, one axis after the other.
    /// - Parameters:
    ///   - distance: the distance of the means from the origin.
    ///   - spread: the standard deviation of a class's pictures.
    public static func onAxes(classes: Int, each: Int, width: Int, distance: Float, spread: Float, seed: UInt64)
        -> [[[Float]]]
    {
        var gaussians = Gaussians(seed: seed)
        return (0..<classes).map { label in
            (0..<each).map { _ in
                gaussians.vector(width).enumerated().map { $0 == label % width ? distance + spread * $1 : spread * $1 }
            }
        }
    }
}
