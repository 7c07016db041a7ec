import Randomness

/// Stochastic depth (Huang et al., arXiv:1603.09382), image by image as in timm's `drop_path`: the branch of a residual addition is zero with a
/// probability that grows linearly from the first addition to the last, else divided by 1 minus that probability.
///
/// The random generator is part of the value, so that a resumed run draws what an uninterrupted one would.
public struct StochasticDepth: Sendable, Codable, Equatable {
    /// The probability at the last addition; at the l-th of L it is l/L of this.
    public let rate: Double
    private var random: SplitMix64

    public init(rate: Double, seed: UInt64) {
        precondition(rate >= 0 && rate < 1, "a rate of stochastic depth of \(rate) is not in [0, 1)")
        self.rate = rate
        random = SplitMix64(seed: seed)
    }

    /// The factors of the next pass, which `TrainingPlan.forward` takes.
    /// - Parameters:
    ///   - additions: `TrainingPlan.residualAdditions`.
    ///   - images: of the batch.
    /// - Returns: by addition, then by image: 0 or 1 / (1 − probability).
    public mutating func factors(additions: Int, images: Int) -> [[Float]] {
        (0..<additions).map { addition in
            let probability = rate * Double(addition + 1) / Double(additions)
            let kept = Float(1 / (1 - probability))
            return (0..<images).map { _ in random.unit() < probability ? 0 : kept }
        }
    }
}
