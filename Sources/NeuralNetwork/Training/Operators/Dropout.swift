/// Dropout (Srivastava et al., JMLR 15, 2014) in its inverted form: a value is zero with probability `rate`, else divided by
/// 1 − rate. The random numbers are a splitmix64 whose state is part of the value, so that a resumed run draws what an
/// uninterrupted one would.
public struct Dropout: Sendable, Codable, Equatable {
    public let rate: Double
    private var state: UInt64

    public init(rate: Double, seed: UInt64) {
        precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate) is not in [0, 1)")
        (self.rate, state) = (rate, seed)
    }

    /// The factors of the next call: 0 or 1 / (1 − rate). Forward and backward multiply by them.
    public mutating func factors(_ count: Int) -> [Float] {
        let kept = Float(1 / (1 - rate))
        return (0..<count).map { _ in nextUniform() < rate ? 0 : kept }
    }

    /// In [0, 1).
    private mutating func nextUniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }

    /// `values` times `factors`, one by one.
    public static func apply(_ factors: [Float], to values: [Float]) -> [Float] {
        precondition(factors.count == values.count, "\(factors.count) factors for \(values.count) values")
        return zip(values, factors).map { $0 * $1 }
    }
}
