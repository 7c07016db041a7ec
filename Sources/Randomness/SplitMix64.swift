/// A small pseudo-random generator whose sequence is fixed by its seed on every platform.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants of
/// Vigna's `splitmix64.c`. The standard library's generators are unseeded, and their distributions may change.
public struct SplitMix64: RandomNumberGenerator, Sendable, Codable, Equatable {
    private var state: UInt64

    /// A generator at the start of the sequence of `seed`.
    public init(seed: UInt64) { state = seed }

    /// A generator for one purpose. Generators with different labels are independent, so one more draw for a part of a drawn character, or
    /// for a picture of an epoch, changes nothing else.
    public init(seed: UInt64, _ labels: UInt64...) {
        state = seed
        for label in labels { state = next() ^ (label &* 0xD134_2543_DE82_EF95) }
        _ = next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in [0, 1) with 53 random bits.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A uniform number between the bounds.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// A number near `center`, triangular over ±`spread`: extremes stay rare and bounded.
    public mutating func near(_ center: Double, _ spread: Double) -> Double { center + spread * (unit() - unit()) }

    /// True with this probability.
    public mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// One element, all equally likely. The collection must not be empty.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// One element, with probability in proportion to its weight. The list must not be empty.
    public mutating func pick<Element>(weighted elements: [(Element, Double)]) -> Element {
        var remaining = unit() * elements.reduce(0) { $0 + $1.1 }
        for (element, weight) in elements {
            remaining -= weight
            if remaining < 0 { return element }
        }
        return elements[elements.count - 1].0
    }
}
