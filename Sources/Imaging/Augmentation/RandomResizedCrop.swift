import Foundation
import Randomness

/// A crop with a random area, shape and position, as torchvision's `RandomResizedCrop` draws it.
public struct RandomResizedCrop: Sendable, Codable, Equatable {
    /// The crop's share of the picture's area, uniform.
    public var scale: ClosedRange<Double>
    /// The crop's width over its height; its logarithm is uniform.
    public var ratio: ClosedRange<Double>

    /// - Precondition: the bounds are positive.
    public init(scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3 / 4...4 / 3) {
        precondition(scale.lowerBound > 0 && ratio.lowerBound > 0, "areas and ratios are positive")
        (self.scale, self.ratio) = (scale, ratio)
    }

    /// Tries ten times. Then it takes the largest centered crop with an allowed shape.
    func draw(width: Int, height: Int, using random: inout SplitMix64) -> PixelRect {
        for _ in 0..<10 {
            let area = Double(width * height) * random.uniform(scale.lowerBound, scale.upperBound)
            let shape = exp(random.uniform(log(ratio.lowerBound), log(ratio.upperBound)))
            let (w, h) = (Self.side((area * shape).squareRoot()), Self.side((area / shape).squareRoot()))
            guard 0 < w, w <= width, 0 < h, h <= height else { continue }
            let y = Int(random.next() % UInt64(height - h + 1))
            let x = Int(random.next() % UInt64(width - w + 1))
            return PixelRect(x: x, y: y, width: w, height: h)
        }
        return central(width: width, height: height)
    }

    private func central(width: Int, height: Int) -> PixelRect {
        let shape = Double(width) / Double(height)
        var (w, h) = (width, height)
        if shape < ratio.lowerBound {
            h = Self.side(Double(width) / ratio.lowerBound)
        } else if shape > ratio.upperBound {
            w = Self.side(Double(height) * ratio.upperBound)
        }
        return PixelRect(x: (width - w) / 2, y: (height - h) / 2, width: w, height: h)
    }

    /// Python's `round`: halves to even.
    private static func side(_ exact: Double) -> Int { Int(exact.rounded(.toNearestOrEven)) }
}
