import Foundation
public import Randomness

extension Image {
    /// A black and white picture of dots on a grid, as printed manga has them: the darker a place, the larger its dots. Dark lines stay lines.
    /// - Parameters:
    ///   - period: the distance of the dots, in pixels.
    ///   - angle: of the grid, in radians.
    public func screentone(period: Double, angle: Double) -> Image {
        let gray = grayscale()
        var result = gray.pixels
        let (c, s) = (Float(cos(angle) * 2 * .pi / period), Float(sin(angle) * 2 * .pi / period))
        for y in 0..<height {
            for x in 0..<width {
                let place = (y * width + x) * 3
                let level = Float(gray.pixels[place]) / 255
                let (u, v) = (c * Float(x) - s * Float(y), s * Float(x) + c * Float(y))
                // From 0 to 1, highest in the middle of a dot.
                let dot = 0.5 + 0.25 * (cos(u) + cos(v))
                let isInk = level < 0.22 || level < 0.85 && dot > level
                let shade: UInt8 = isInk ? 20 : 245
                for channel in 0..<3 { result[place + channel] = shade }
            }
        }
        return Image(width: width, height: height, pixels: result)
    }

    /// The picture with noise: every level moves by up to `strength` levels, triangularly distributed.
    public func noisy(_ strength: Double, using random: inout SplitMix64) -> Image {
        var result = pixels
        for place in result.indices {
            let bits = random.next()
            let (a, b) = (Double(bits & 0xffff) / 65536, Double(bits >> 16 & 0xffff) / 65536)
            result[place] = UInt8(max(0, min(255, Double(result[place]) + strength * (a - b) + 0.5)))
        }
        return Image(width: width, height: height, pixels: result)
    }
}
