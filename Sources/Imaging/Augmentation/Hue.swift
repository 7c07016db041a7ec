extension Image {
    /// The colours turned about the grey axis by a share of the circle, through Pillow's 8-bit HSV, byte for byte.
    func hue(_ turns: Double) -> Image {
        let shift = UInt8(truncatingIfNeeded: Int(turns * 255))
        let wheel = HueWheel.standard
        return recolored { red, green, blue in
            let value = max(red, max(green, blue))
            let chroma = value &- min(red, min(green, blue))
            let saturation = HueWheel.saturation(chroma: chroma, value: value)
            guard saturation > 0 else { return (value, value, value) }
            let hue = HueWheel.hue(red, green, blue, value: value, chroma: chroma) &+ shift
            return wheel.color(hue: hue, saturation: saturation, value: value)
        }
    }
}

/// Pillow's 8-bit HSV: all three from 0 to 255, and 255 of hue a whole turn. The steps alternate between single and double precision
/// as Pillow's do, for the same roundings.
struct HueWheel {
    static let standard = HueWheel()

    /// For each hue: which sixth of the circle it lies in (0–6, the last is the first again), and how far into it.
    private let sixth: [UInt8]
    private let within: [Float]
    /// For each saturation, as a share of 1.
    private let share: [Float]

    private init() {
        let sixths = (0...255).map { Double($0) * 6 / 255 }
        sixth = sixths.map { UInt8($0) }
        within = sixths.map { Float($0 - $0.rounded(.down)) }
        share = (0...255).map { Float(Double($0) / 255) }
    }

    @inline(__always)
    static func saturation(chroma: UInt8, value: UInt8) -> UInt8 {
        guard chroma > 0 else { return 0 }
        return UInt8(Double(Float(chroma) / Float(value)) * 255)
    }

    /// - Precondition: `chroma` is not 0.
    @inline(__always)
    static func hue(_ red: UInt8, _ green: UInt8, _ blue: UInt8, value: UInt8, chroma: UInt8) -> UInt8 {
        let chroma = Float(chroma)
        let redGap = Float(value &- red) / chroma
        let greenGap = Float(value &- green) / chroma
        let blueGap = Float(value &- blue) / chroma
        let sixths =
            if red == value {
                blueGap - greenGap
            } else if green == value {
                Float(2 + Double(redGap) - Double(blueGap))
            } else {
                Float(4 + Double(greenGap) - Double(redGap))
            }
        let turns = Double(sixths) / 6 + 1
        return UInt8(Double(Float(turns >= 1 ? turns - 1 : turns)) * 255)
    }

    @inline(__always)
    func color(hue: UInt8, saturation: UInt8, value: UInt8) -> (UInt8, UInt8, UInt8) {
        let (share, within) = (share[Int(saturation)], within[Int(hue)])
        let level = Double(value)
        let low = Self.rounded(level * (1 - Double(share)))
        switch sixth[Int(hue)] {
        case 1: return (Self.rounded(level * (1 - Double(share * within))), value, low)
        case 2: return (low, value, Self.rounded(level * (1 - Double(share) * (1 - Double(within)))))
        case 3: return (low, Self.rounded(level * (1 - Double(share * within))), value)
        case 4: return (Self.rounded(level * (1 - Double(share) * (1 - Double(within)))), low, value)
        case 5: return (value, low, Self.rounded(level * (1 - Double(share * within))))
        default: return (value, Self.rounded(level * (1 - Double(share) * (1 - Double(within)))), low)
        }
    }

    /// To the nearest, halves up; `exact` lies between 0 and 255.
    @inline(__always)
    private static func rounded(_ exact: Double) -> UInt8 {
        let below = UInt8(exact)
        return exact - Double(below) >= 0.5 ? below &+ 1 : below
    }
}
