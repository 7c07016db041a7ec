import Foundation

/// A head fitted on everything that is enrolled, with the temperature that makes probabilities of its distances.
///
/// For ``HeadKind/cl2n`` the base mean is the mean of the characters' means: where everybody is enrolled, there are no other
/// classes to take it from, and a character with many pictures shall not draw it.
public struct EnrolledHead: Sendable {
    /// A class that a query may belong to.
    public struct Candidate: Sendable, Equatable {
        /// Its place among the supports.
        public let index: Int
        /// The head's own value.
        public let distance: Float
        /// Of the softmax over −distance / T of all classes.
        public let probability: Double
    }

    /// T, above 0: ``MatchedTemperature`` says how it is found.
    public let temperature: Double
    private let head: any Head

    /// - Parameters:
    ///   - support: for each class, its support embeddings, at least one, all of one width; at least one class.
    ///   - meanTemperature: the temperature that ``MeanHead``'s distances are calibrated at.
    /// - Throws: ``DataSetError`` where there is more than ``HeadKind/checkLimits(sizes:width:)`` allows.
    public init(_ kind: HeadKind, support: [[[Float]]], meanTemperature: Double) throws(DataSetError) {
        try kind.checkLimits(sizes: support.map(\.count), width: support[0][0].count)
        // First, so that its fits are gone when the one that is kept is made.
        temperature = MatchedTemperature.fit(support, reference: meanTemperature) { Self.fit(kind, $0) }
        head = Self.fit(kind, support)
    }

    private static func fit(_ kind: HeadKind, _ support: [[[Float]]]) -> any Head {
        let means = MeanHead(support: support).prototypes
        return kind.fit(support, baseMean: MeanHead(support: [means]).prototypes[0])
    }

    /// The classes nearest to a query, nearest first; equal distances in the order of the supports.
    /// - Parameter top: how many at most.
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
