import Randomness
import Registry

/// Random prototypes, and queries for them.
struct SearchTrial {
    private static let clusters = 1000

    private let arrangement: SearchBenchmark.Arrangement
    private let prototypes: Int
    private let width: Int

    /// - Parameters:
    ///   - prototypes: positive.
    ///   - width: values of a prototype, positive.
    init(prototypes: Int, width: Int, _ arrangement: SearchBenchmark.Arrangement) {
        (self.arrangement, self.prototypes, self.width) = (arrangement, prototypes, width)
    }

    /// A search among the prototypes.
    var search: PrototypeSearch { PrototypeSearch(count: prototypes, width: width, prototype: prototype) }

    /// The query of a number, the same in every trial of the arrangement.
    func query(_ number: Int) -> [Float] {
        let own = direction(seed: 2, UInt64(number))
        switch arrangement {
        case .unstructured: return own
        case .clustered: return Self.sum(prototype(Int(own[0].bitPattern) % prototypes), own, 0.7)
        }
    }

    private func prototype(_ number: Int) -> [Float] {
        let own = direction(seed: 1, UInt64(number))
        switch arrangement {
        case .unstructured: return own
        case .clustered:
            return Self.sum(direction(seed: 3, UInt64(number % Self.clusters)), own, 0.7)
        }
    }

    /// A random vector of length 1.
    private func direction(seed: UInt64, _ number: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed, number)
        return Self.unit(
            (0..<width).map { _ in
                let bits = random.next()
                // Triangular, from two halves.
                return Float(UInt32(truncatingIfNeeded: bits)) - Float(UInt32(truncatingIfNeeded: bits >> 32))
            })
    }

    private static func sum(_ a: [Float], _ b: [Float], _ weight: Float) -> [Float] {
        unit(zip(a, b).map { $0 + weight * $1 })
    }

    private static func unit(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }
}
