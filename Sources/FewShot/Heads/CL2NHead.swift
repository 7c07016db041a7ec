import LinearAlgebra

/// The mean head on embeddings that are centered on a base mean and scaled to length 1 (Wang et al., "SimpleShot", arXiv:1911.04623,
/// section 3.2: CL2N).
///
/// The base mean is computed from classes outside the episode: ``Evaluation`` passes the mean of all pictures of the classes that were not
/// drawn. If there are none, the mean of the episode's own supports takes its place. Prototypes are means of normalized embeddings and are
/// not normalized again. Distances are Euclidean, 0…2.
public struct CL2NHead: Head {
    private let baseMean: [Float]
    private let means: MeanHead

    /// - Parameters:
    ///   - support: for each class, its support embeddings, all of one width.
    ///   - baseMean: has the same width; nil takes the mean of all supports.
    public init(support: [[[Float]]], baseMean: [Float]? = nil) {
        let base = baseMean ?? MeanHead(support: [support.flatMap { $0 }]).prototypes[0]
        means = MeanHead(support: support.map { $0.map { Self.direction($0, base) } })
        self.baseMean = base
    }

    public func distances(to query: [Float]) -> [Float] { means.distances(to: Self.direction(query, baseMean)) }

    public func nearest(to query: [Float]) -> (index: Int, distance: Float) {
        means.nearest(to: Self.direction(query, baseMean))
    }

    /// (x − mean) / ‖x − mean‖; zero if x is the mean.
    private static func direction(_ vector: [Float], _ mean: [Float]) -> [Float] {
        precondition(vector.count == mean.count, "an embedding and a base mean of two widths")
        return LinearAlgebra.normalized(zip(vector, mean).map { $0 - $1 })
    }
}
