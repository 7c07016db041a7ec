import Randomness

/// A finished square picture in RGB: three bytes for each pixel, row by row from the top left.
public struct Raster: Sendable, Equatable {
    /// The side in pixels.
    public let size: Int
    /// `size` · `size` · 3 bytes.
    public var pixels: [UInt8]

    /// Averages each pixel with its neighbors, which have `amount` (0…1) of its weight, like a soft scan.
    func blurred(_ amount: Double) -> Raster {
        var result = self
        let side = Int(amount * 64)
        for y in 0..<size {
            for x in 0..<(size * 3) {
                let left = x >= 3 ? x - 3 : x
                let right = x + 3 < size * 3 ? x + 3 : x
                let up = max(y - 1, 0)
                let down = min(y + 1, size - 1)
                let center = Int(pixels[y * size * 3 + x])
                let around =
                    Int(pixels[y * size * 3 + left]) + Int(pixels[y * size * 3 + right])
                    + Int(pixels[up * size * 3 + x]) + Int(pixels[down * size * 3 + x])
                result.pixels[y * size * 3 + x] = UInt8((center * 64 + around * side + 32 + 2 * side) / (64 + 4 * side))
            }
        }
        return result
    }

    /// Adds gray grain of at most ±`strength` levels.
    func grained(_ strength: Int, random: inout SplitMix64) -> Raster {
        var result = self
        for pixel in 0..<(size * size) {
            let noise = Int(random.next() % UInt64(2 * strength + 1)) - strength
            for channel in 0..<3 {
                let index = pixel * 3 + channel
                result.pixels[index] = UInt8(min(max(Int(pixels[index]) + noise, 0), 255))
            }
        }
        return result
    }

    /// Multiplies brightness, then moves each channel away from (or towards) mid gray and its pixel's own gray.
    ///
    /// - Parameters: `brightness`, `contrast` and `saturation` are factors; 1 changes nothing.
    func graded(brightness: Double, contrast: Double, saturation: Double) -> Raster {
        var result = self
        for pixel in 0..<(size * size) {
            let red = Double(pixels[pixel * 3])
            let green = Double(pixels[pixel * 3 + 1])
            let blue = Double(pixels[pixel * 3 + 2])
            let gray = 0.299 * red + 0.587 * green + 0.114 * blue
            for (channel, value) in [red, green, blue].enumerated() {
                let saturated = gray + (value - gray) * saturation
                let level = (saturated * brightness - 128) * contrast + 128
                result.pixels[pixel * 3 + channel] = UInt8(min(max(level, 0), 255).rounded())
            }
        }
        return result
    }
}
