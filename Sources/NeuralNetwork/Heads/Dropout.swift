import Randomness

/// Dropout (Srivastava et al., JMLR 15, 2014) in its inverted form: a value is zero with probability `rate`, else divided by
/// 1 − rate.
///
/// The random generator is part of the value, so that a resumed run draws what an uninterrupted one would.
public struct Dropout: Sendable, Codable, Equatable {
    public let rate: Double
    private var random: SplitMix64

    public init(rate: Double, seed: UInt64) {
        precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate) is not in [0, 1)")
        self.rate = rate
        random = SplitMix64(seed: seed)
    }

    /// The factors of the next call: 0 or 1 / (1 − rate). Forward and backward multiply by them.
    public mutating func factors(_ count: Int) -> [Float] {
        let kept = Float(1 / (1 - rate))
        return (0..<count).map { _ in random.unit() < rate ? 0 : kept }
    }

    /// `values` times `factors`, one by one.
    public static func apply(_ factors: [Float], to values: [Float]) -> [Float] {
        precondition(factors.count == values.count, "\(factors.count) factors for \(values.count) values")
        return zip(values, factors).map { $0 * $1 }
    }
}
