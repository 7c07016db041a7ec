/// The mean head on embeddings from which the base mean is subtracted and that are scaled to length 1 (Wang et al., "SimpleShot",
/// arXiv:1911.04623, section 3.2: CL2N).
///
/// The base mean comes from outside, from classes that the episode does not use: ``Evaluation`` gives the mean of all pictures of
/// the classes that were not drawn. Where there are none, the mean of the episode's own supports takes its place. The
/// prototypes are means of normalised embeddings and are not normalised again; distances are Euclidean, 0…2.
public struct CL2NHead: Head {
    private let baseMean: [Float]
    private let means: MeanHead

    /// - Parameters:
    ///   - support: for each class, its support embeddings, all of one width.
    ///   - baseMean: as wide; nil takes the mean of all supports.
    public init(support: [[[Float]]], baseMean: [Float]? = nil) {
        let base = baseMean ?? MeanHead(support: [support.flatMap { $0 }]).prototypes[0]
        means = MeanHead(support: support.map { $0.map { Self.normalized($0, base) } })
        self.baseMean = base
    }

    public func distances(to query: [Float]) -> [Float] { means.distances(to: Self.normalized(query, baseMean)) }

    public func nearest(to query: [Float]) -> (index: Int, distance: Float) {
        means.nearest(to: Self.normalized(query, baseMean))
    }

    /// (x − mean) / ‖x − mean‖; zero where x is the mean.
    private static func normalized(_ vector: [Float], _ mean: [Float]) -> [Float] {
        precondition(vector.count == mean.count, "an embedding and a base mean of two widths")
        let centred = zip(vector, mean).map { $0 - $1 }
        let squared = centred.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squared > 0 else { return centred }
        let factor = Float(1 / squared.squareRoot())
        return centred.map { $0 * factor }
    }
}
