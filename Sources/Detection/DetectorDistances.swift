import Foundation

/// A box's distances from a cell's center to its edges, in strides: the network gives their logarithms.
public enum DetectorDistances {
    /// Beyond it the boxes of noise would be of no finite size.
    private static let limits = -8.0...5.0

    /// The distances, and their derivatives with respect to the logarithms.
    public static func strides(_ logarithms: SIMD4<Double>) -> (strides: SIMD4<Double>, slopes: SIMD4<Double>) {
        var (strides, slopes) = (SIMD4<Double>(), SIMD4<Double>())
        for edge in 0..<4 {
            let inside = min(max(logarithms[edge], limits.lowerBound), limits.upperBound)
            strides[edge] = exp(inside)
            slopes[edge] = inside == logarithms[edge] ? strides[edge] : 0
        }
        return (strides, slopes)
    }
}
