/// The mean head without each class's outlier.
///
/// In a class with four or more supports, the one farthest from their mean (of equals, the first) is dropped. The prototype is the mean of
/// the others. Exactly one support is dropped. With fewer than four supports, the prototype is the mean of all. Distances are Euclidean,
/// as in ``MeanHead``.
public struct TrimmedMeanHead: Head {
    /// The fewest supports from which one is dropped.
    public static let fewest = 4

    private let trimmed: MeanHead

    /// One prototype for each class.
    public var prototypes: [[Float]] { trimmed.prototypes }

    /// - Parameter support: for each class, its support embeddings, all of one width.
    public init(support: [[[Float]]]) {
        let means = MeanHead(support: support)
        trimmed = MeanHead(
            support: zip(support, means.prototypes).map { vectors, mean in
                let outlier = Self.outlier(vectors, mean: mean)
                return vectors.indices.filter { $0 != outlier }.map { vectors[$0] }
            })
    }

    /// The index of the support to drop from a class; nil if the class has too few.
    public static func outlier(_ support: [[Float]], mean: [Float]) -> Int? {
        guard support.count >= fewest else { return nil }
        let distances = support.map { MeanHead.squaredDistance($0, mean) }
        return distances.indices.max { distances[$0] < distances[$1] }
    }

    public func distances(to query: [Float]) -> [Float] { trimmed.distances(to: query) }
    public func nearest(to query: [Float]) -> (index: Int, distance: Float) { trimmed.nearest(to: query) }
}
