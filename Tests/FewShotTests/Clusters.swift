import FewShot
import Foundation
import Randomness

/// Made-up embeddings: one Gaussian a class.
enum Clusters {
    /// - Parameters:
    ///   - spread: the standard deviation of a class about its centre.
    ///   - distance: how far the centres lie from the origin, one axis each.
    static func gaussian(classes: Int, each: Int, width: Int, distance: Float, spread: Float, seed: UInt64)
        -> [[[Float]]]
    {
        var random = SplitMix64(seed: seed)
        func normal() -> Float {  // Box and Muller
            let (u, v) = (Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random))
            return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
        return (0..<classes).map { label in
            (0..<each).map { _ in
                (0..<width).map { $0 == label % width ? distance + spread * normal() : spread * normal() }
            }
        }
    }

    /// The Euclidean distance, in double precision.
    static func distance(_ a: [Float], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
    }

    /// The mean of some vectors, in double precision.
    static func mean(_ vectors: [[Float]]) -> [Double] {
        vectors[0].indices.map { column in
            vectors.reduce(0) { $0 + Double($1[column]) } / Double(vectors.count)
        }
    }

    /// The nearest mean to a query by plain loops: its place and distance.
    static func nearest(_ query: [Float], _ means: [[Double]]) -> (index: Int, distance: Double) {
        let all = means.map { distance(query, $0) }
        let least = all.min() ?? 0
        return (all.firstIndex(of: least) ?? 0, least)
    }
}
