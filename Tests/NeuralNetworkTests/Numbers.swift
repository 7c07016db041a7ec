import Randomness

/// The same numbers in every run.
struct Numbers: RandomNumberGenerator {
    private var random: SplitMix64

    init(seed: Int) { random = SplitMix64(seed: UInt64(bitPattern: Int64(seed))) }

    mutating func next() -> UInt64 { random.next() }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// The largest difference as a part of the largest expected value; infinite where one is not a number or a length differs.
func error(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let largest = expected.reduce(1e-30) { max($0, abs($1)) }
    let worst = zip(values, expected).reduce(0.0) { worst, pair in
        let difference = abs(Double(pair.0) - pair.1)
        return difference.isFinite ? max(worst, difference) : .infinity
    }
    return worst / largest
}
