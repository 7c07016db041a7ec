import Testing

@testable import NeuralNetwork

@Suite struct HalfPrecisionTests {
    /// sign · 2^(e−15) · (1 + f/1024), below the smallest exponent sign · 2⁻¹⁴ · f/1024, by IEEE 754.
    private func defined(_ half: UInt16) -> Double {
        let sign: Double = half >> 15 == 0 ? 1 : -1
        let (exponent, fraction) = (Int(half >> 10 & 31), Double(half & 1023) / 1024)
        if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
        func power(_ n: Int) -> Double { Double(sign: .plus, exponent: n, significand: 1) }
        return exponent == 0 ? sign * power(-14) * fraction : sign * power(exponent - 15) * (1 + fraction)
    }

    @Test func `every half is what the standard says, and comes back`() {
        var wrong: [UInt16] = []
        for half in UInt16.min ... .max {
            let (value, expected) = (HalfPrecision.value(of: half), defined(half))
            if expected.isNaN {
                let back = HalfPrecision.bits(of: value)
                if !value.isNaN || back & 0x7C00 != 0x7C00 || back & 0x03FF == 0 { wrong.append(half) }
            } else if Double(value) != expected || value.sign != (half >> 15 == 0 ? .plus : .minus)
                || HalfPrecision.bits(of: value) != half
            {
                wrong.append(half)
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, first \(wrong.first ?? 0)")
    }

    /// Between two neighbors: below the middle to the lower, above it to the upper, the middle to the even one.
    @Test func `what lies between two halves goes to the nearer, ties to even`() {
        var wrong: [UInt16] = []
        for half in UInt16(0)..<0x7BFF {
            let (low, high) = (HalfPrecision.value(of: half), HalfPrecision.value(of: half + 1))
            let middle = (low + high) / 2
            let even = half % 2 == 0 ? half : half + 1
            for sign: UInt16 in [0, 0x8000] {
                let factor: Float = sign == 0 ? 1 : -1
                if HalfPrecision.bits(of: factor * middle) != sign | even
                    || HalfPrecision.bits(of: factor * middle.nextDown) != sign | half
                    || HalfPrecision.bits(of: factor * middle.nextUp) != sign | (half + 1)
                {
                    wrong.append(half)
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, first \(wrong.first ?? 0)")
    }

    @Test func `what is too large becomes infinity`() {
        #expect(HalfPrecision.bits(of: 65504) == 0x7BFF)
        #expect(HalfPrecision.bits(of: Float(65520).nextDown) == 0x7BFF)
        #expect(HalfPrecision.bits(of: 65520) == 0x7C00)
        #expect(HalfPrecision.bits(of: 65536) == 0x7C00)
        #expect(HalfPrecision.bits(of: .greatestFiniteMagnitude) == 0x7C00)
        #expect(HalfPrecision.bits(of: -.infinity) == 0xFC00)
    }

    @Test func `what is too small becomes zero with its sign`() {
        let smallest = HalfPrecision.value(of: 1)
        #expect(smallest == 5.9604644775390625e-08)
        #expect(HalfPrecision.bits(of: smallest / 2) == 0)
        #expect(HalfPrecision.bits(of: (smallest / 2).nextUp) == 1)
        #expect(HalfPrecision.bits(of: -smallest / 4) == 0x8000)
        #expect(HalfPrecision.bits(of: -.leastNonzeroMagnitude) == 0x8000)
        #expect(HalfPrecision.bits(of: -0.0) == 0x8000)
    }
}
