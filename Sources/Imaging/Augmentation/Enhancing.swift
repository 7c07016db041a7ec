/// Pillow's `ImageEnhance` and grayscale conversion, byte for byte. A factor of 1 is the picture itself and 0 its plain form. Other factors
/// blend the two in single precision and truncate to whole levels.
extension Image {
    /// Blends with black.
    public func brightness(_ factor: Double) -> Image {
        blended(from: [UInt8](repeating: 0, count: pixels.count), factor)
    }

    /// Blends with the mean of the luma.
    func contrast(_ factor: Double) -> Image {
        var sum = 0
        let source = pixels.span
        for place in stride(from: 0, to: source.count, by: 3) {
            sum &+= Int(Self.luma(source[place], source[place + 1], source[place + 2]))
        }
        let mean = UInt8(Double(sum) / Double(width * height) + 0.5)
        return blended(from: [UInt8](repeating: mean, count: pixels.count), factor)
    }

    /// Blends with the grayscale picture.
    func saturation(_ factor: Double) -> Image { blended(from: grayscale().pixels, factor) }

    /// The luma in all three channels.
    public func grayscale() -> Image {
        recolored { red, green, blue in
            let luma = Self.luma(red, green, blue)
            return (luma, luma, luma)
        }
    }

    /// Maps every color of the picture.
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

    /// Blends from the plain levels towards this picture's by `factor`.
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
