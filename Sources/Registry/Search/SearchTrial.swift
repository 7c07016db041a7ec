import Randomness

/// The search among prototypes of its own making: what a measurement asks.
package final class SearchTrial: Sendable {
    /// What the prototypes, which are all of length 1, and the queries are like.
    package enum Arrangement: String, CaseIterable, Sendable {
        /// Prototypes in random directions, queries in directions of their own: the least that codes can tell apart.
        case unstructured
        /// Prototypes in clusters of some thousand, a query near one of them.
        case clustered
    }

    private static let model = "trial"
    private static let clusters = 1000

    private let index = PrototypeIndex()
    private let arrangement: Arrangement
    private let prototypes: Int
    private let width: Int

    /// - Parameters:
    ///   - prototypes: positive.
    ///   - width: values a prototype, positive.
    package init(prototypes: Int, width: Int, _ arrangement: Arrangement) {
        self.arrangement = arrangement
        self.prototypes = prototypes
        self.width = width
        let matrix = PrototypeMatrix(dimensions: width, capacity: prototypes)
        for character in 0..<prototypes {
            matrix.set(character: Int64(character), name: "", vector: prototype(character))
        }
        matrix.updateCodes()
        index.replace(model: SearchTrial.model, matrix: matrix)
    }

    /// The query of a number, the same in every trial of the arrangement.
    package func query(_ number: Int) -> [Float] {
        let own = direction(seed: 2, UInt64(number))
        switch arrangement {
        case .unstructured: return own
        case .clustered: return SearchTrial.sum(prototype(Int(own[0].bitPattern) % prototypes), own, 0.7)
        }
    }

    /// The `top` nearest of each query.
    /// - Parameter readingAll: whether to compare with every prototype.
    package func search(
        _ queries: [[Float]], top: Int, readingAll: Bool
    ) throws(RegistryError) -> [[Neighbor]] {
        try index.search(
            queries: queries, model: SearchTrial.model, top: top, temperature: 1, readingAll: readingAll)
    }

    private func prototype(_ number: Int) -> [Float] {
        let own = direction(seed: 1, UInt64(number))
        switch arrangement {
        case .unstructured: return own
        case .clustered:
            return SearchTrial.sum(direction(seed: 3, UInt64(number % SearchTrial.clusters)), own, 0.7)
        }
    }

    /// A random vector of length 1.
    private func direction(seed: UInt64, _ number: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed, number)
        return SearchTrial.unit(
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
