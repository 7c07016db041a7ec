/// Conversions between 8-bit levels and floating point by the lowest bits of a significand. Near 2²³ (2⁵² in double precision) floating-point
/// numbers are whole, so adding it rounds to the nearest, and the low bits are the level. Swift's checked conversions would prevent vector
/// instructions. All functions take numbers from 0 to 255.
extension Float {
    @inline(__always)
    init(level: UInt8) { self = Float(bitPattern: Float(0x1p23).bitPattern | UInt32(level)) - 0x1p23 }

    /// Rounds down.
    @inline(__always)
    var truncatedLevel: UInt8 {
        let shifted = self + 0x1p23
        let nearest = UInt8(truncatingIfNeeded: shifted.bitPattern)
        return shifted - 0x1p23 > self ? nearest &- 1 : nearest
    }
}

extension Double {
    @inline(__always)
    init(level: UInt8) { self = Double(bitPattern: Double(0x1p52).bitPattern | UInt64(level)) - 0x1p52 }

    /// Rounds down.
    @inline(__always)
    var truncatedLevel: UInt8 {
        let shifted = self + 0x1p52
        let nearest = UInt8(truncatingIfNeeded: shifted.bitPattern)
        return shifted - 0x1p52 > self ? nearest &- 1 : nearest
    }

    /// Rounds to the nearest, halves up. The addition alone would round halves to even.
    @inline(__always)
    var roundedLevel: UInt8 {
        let shifted = self + 0x1p52
        let nearest = UInt8(truncatingIfNeeded: shifted.bitPattern)
        return self - (shifted - 0x1p52) == 0.5 ? nearest &+ 1 : nearest
    }
}
