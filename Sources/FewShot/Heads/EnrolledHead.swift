import Foundation

/// A head fitted on all enrolled pictures, with the temperature that turns its distances into probabilities.
///
/// For ``HeadKind/cl2n`` the base mean is the mean of the characters' means. There are no other classes to compute it from, and a character
/// with many pictures should not dominate it.
public struct EnrolledHead: Sendable {
    /// A class that a query may belong to.
    public struct Candidate: Sendable, Equatable {
        /// Its index among the supports.
        public let index: Int
        /// The head's distance, in its own scale.
        public let distance: Float
        /// The softmax over −distance / T of all classes.
        public let probability: Double
    }

    /// T, above 0: see ``MatchedTemperature``.
    public let temperature: Double
    private let head: any Head

    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width. There is at least one class.
    ///   - meanTemperature: the calibrated temperature of ``MeanHead``.
    /// - Throws: ``DataSetError`` if there is more than ``HeadKind/checkLimits(sizes:width:)`` allows.
    public init(_ kind: HeadKind, support: [[[Float]]], meanTemperature: Double) throws(DataSetError) {
        try kind.checkLimits(sizes: support.map(\.count), width: support[0][0].count)
        // First, so that the memory of its fits is free again before the final fit.
        temperature = MatchedTemperature.fit(support, reference: meanTemperature) { Self.fit(kind, $0) }
        head = Self.fit(kind, support)
    }

    private static func fit(_ kind: HeadKind, _ support: [[[Float]]]) -> any Head {
        let means = MeanHead(support: support).prototypes
        return kind.fit(support, baseMean: MeanHead(support: [means]).prototypes[0])
    }

    /// The classes nearest to a query, nearest first. Equal distances keep the order of the supports.
    /// - Parameter top: the most classes returned.
    public func candidates(for query: [Float], top: Int) -> [Candidate] {
        let distances = head.distances(to: query)
        let values = distances.map(Double.init)
        let total = values.softmaxTotal(temperature: temperature)
        let nearest = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(top)
        return nearest.map { index in
            Candidate(
                index: index, distance: distances[index],
                probability: exp((values[nearest[0]] - values[index]) / temperature) / total)
        }
    }
}
