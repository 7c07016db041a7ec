/// IEEE 754 binary16, by integer arithmetic, since Swift has no `Float16` on x86-64 Linux before AVX512-FP16 everywhere.
enum HalfPrecision {
    /// The nearest half to a float, ties to even; what is too large becomes infinity.
    static func bits(of value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16) & 0x8000
        let magnitude = bits & 0x7fff_ffff
        if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
        if magnitude >= 0x4780_0000 { return sign | 0x7c00 }
        if magnitude < 0x3880_0000 {
            // Subnormal: the value counted in units of 2⁻²⁴, rounded to even by the float unit.
            return sign | UInt16((Float(bitPattern: magnitude) * 16_777_216).rounded(.toNearestOrEven))
        }
        let rounded = magnitude + 0x0fff + (magnitude >> 13 & 1)
        return sign | UInt16((rounded - 0x3800_0000) >> 13)
    }

    /// The largest finite half.
    static let largest: Float = 65504

    /// The float equal to a half.
    static func value(of half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10 & 0x1f)
        let fraction = UInt32(half & 0x3ff)
        switch exponent {
        case 0: return Float(fraction) / 16_777_216 * (sign == 0 ? 1 : -1)
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
