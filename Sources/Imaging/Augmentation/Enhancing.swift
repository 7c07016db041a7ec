/// Pillow's `ImageEnhance` and greyscale conversion, byte for byte: a factor of 1 is the picture itself, 0 its plainest form, and
/// what lies between or beyond is blended in single precision and cut off to whole levels.
extension Image {
    /// Blended with black.
    func brightness(_ factor: Double) -> Image { blended(from: [UInt8](repeating: 0, count: pixels.count), factor) }

    /// Blended with the mean of its luma.
    func contrast(_ factor: Double) -> Image {
        var sum = 0
        let source = pixels.span
        for place in stride(from: 0, to: source.count, by: 3) {
            sum &+= Int(Self.luma(source[place], source[place + 1], source[place + 2]))
        }
        let mean = UInt8(Double(sum) / Double(width * height) + 0.5)
        return blended(from: [UInt8](repeating: mean, count: pixels.count), factor)
    }

    /// Blended with its greyscale form.
    func saturation(_ factor: Double) -> Image { blended(from: greyscale().pixels, factor) }

    /// The luma in all three channels.
    func greyscale() -> Image {
        recolored { red, green, blue in
            let luma = Self.luma(red, green, blue)
            return (luma, luma, luma)
        }
    }

    /// A picture of the same size whose colours are functions of this one's.
    @inline(__always)
    func recolored(_ color: (UInt8, UInt8, UInt8) -> (UInt8, UInt8, UInt8)) -> Image {
        var result = [UInt8](repeating: 0, count: pixels.count)
        let source = pixels.span
        var target = result.mutableSpan
        for place in stride(from: 0, to: source.count, by: 3) {
            let (red, green, blue) = color(source[place], source[place + 1], source[place + 2])
            target[place] = red
            target[place + 1] = green
            target[place + 2] = blue
        }
        return Image(width: width, height: height, pixels: result)
    }

    /// ITU-R BT.601 in 16-bit fixed point, rounded.
    @inline(__always)
    private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        let sum = UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471
        return UInt8(truncatingIfNeeded: (sum &+ 0x8000) >> 16)
    }

    /// The levels `factor` of the way from the plain ones to this picture's.
    private func blended(from plain: [UInt8], _ factor: Double) -> Image {
        let factor = Float(factor)
        var result = plain
        let source = pixels.span
        var target = result.mutableSpan
        for place in 0..<min(source.count, target.count) {
            let from = Float(level: target[place])
            let exact = from + factor * (Float(level: source[place]) - from)
            target[place] = max(0, min(255, exact)).truncatedLevel
        }
        return Image(width: width, height: height, pixels: result)
    }
}
