import Randomness

/// Random numbers that are the same in every run.
public struct Numbers: RandomNumberGenerator {
    private var random: SplitMix64

    public init(seed: some BinaryInteger) { random = SplitMix64(seed: UInt64(truncatingIfNeeded: seed)) }

    public mutating func next() -> UInt64 { random.next() }

    public mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}
