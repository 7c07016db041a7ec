extension Image {
    /// Turns the colors about the gray axis by a share of the circle, through Pillow's 8-bit HSV, byte for byte.
    func hue(_ turns: Double) -> Image {
        let shift = UInt8(truncatingIfNeeded: Int(turns * 255))
        let wheel = HueWheel.standard
        return recolored { red, green, blue in
            let value = max(red, max(green, blue))
            let chroma = value &- min(red, min(green, blue))
            guard chroma > 0 else { return (value, value, value) }
            let saturation = HueWheel.saturation(chroma: chroma, value: value)
            let hue = HueWheel.hue(red, green, blue, value: value, chroma: chroma) &+ shift
            return wheel.color(hue: hue, saturation: saturation, value: value)
        }
    }
}

/// Pillow's 8-bit HSV: all three values go from 0 to 255, and a hue of 255 is a whole turn. The steps alternate between single and double
/// precision like Pillow's, so they round alike. Choices are selections instead of branches, which real colors would mispredict.
struct HueWheel {
    static let standard = HueWheel()

    /// The position of a hue on the wheel.
    private struct Place {
        /// The position within its sixth of the circle.
        let within: Float
        /// Whether the middle channel falls or rises along this sixth.
        let falls: Bool
        /// The bit positions of the largest, the middle and the smallest channel in 0xBBGGRR.
        let high, middle, low: UInt32

        init(hue: Int) {
            let sixths = Double(hue) * 6 / 255
            let sixth = Int(sixths)
            within = Float(sixths - Double(sixth))
            falls = sixth % 2 == 1
            let shifts: [(UInt32, UInt32, UInt32)] = [
                (0, 8, 16), (8, 0, 16), (8, 16, 0), (16, 8, 0), (16, 0, 8), (0, 16, 8),
            ]
            (high, middle, low) = shifts[sixth % 6]
        }
    }

    private let places = (0...255).map(Place.init(hue:))
    /// Each saturation as a share of 1.
    private let shares = (0...255).map { Float(Double($0) / 255) }

    @inline(__always)
    static func saturation(chroma: UInt8, value: UInt8) -> UInt8 {
        (Double(Float(level: chroma) / Float(level: value)) * 255).truncatedLevel
    }

    /// - Precondition: `chroma` is not 0.
    @inline(__always)
    static func hue(_ red: UInt8, _ green: UInt8, _ blue: UInt8, value: UInt8, chroma: UInt8) -> UInt8 {
        let (isRed, isGreen) = (red == value, green == value)
        let start: UInt8 = isRed ? 0 : isGreen ? 2 : 4
        let ahead = isRed ? blue : isGreen ? red : green
        let behind = isRed ? green : isGreen ? blue : red
        let gapAhead = Float(level: value &- ahead) / Float(level: chroma)
        let gapBehind = Float(level: value &- behind) / Float(level: chroma)
        let sixths = Float(Double(level: start) + Double(gapAhead) - Double(gapBehind))
        let turns = Double(sixths) / 6 + 1
        return (Double(Float(turns - (turns >= 1 ? 1 : 0))) * 255).truncatedLevel
    }

    @inline(__always)
    func color(hue: UInt8, saturation: UInt8, value: UInt8) -> (UInt8, UInt8, UInt8) {
        let (place, share) = (places[Int(hue)], shares[Int(saturation)])
        let falling = Double(share * place.within)
        let rising = Double(share) * (1 - Double(place.within))
        let level = Double(level: value)
        let middle = (level * (1 - (place.falls ? falling : rising))).roundedLevel
        let low = (level * (1 - Double(share))).roundedLevel
        let color =
            UInt32(value) &<< place.high | UInt32(middle) &<< place.middle | UInt32(low) &<< place.low
        return (
            UInt8(truncatingIfNeeded: color), UInt8(truncatingIfNeeded: color >> 8),
            UInt8(truncatingIfNeeded: color >> 16)
        )
    }
}
