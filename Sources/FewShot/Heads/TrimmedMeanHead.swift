/// The mean head without each class's outlier.
///
/// Of a class with four supports or more, the one farthest from their mean by Euclidean distance (the first of equals) is dropped
/// and the prototype is the mean of the rest; it is not repeated, so exactly one is dropped. With fewer than four the prototype
/// is the mean of all. Distances are Euclidean, as in ``MeanHead``.
public struct TrimmedMeanHead: Head {
    /// From how many supports on one is dropped.
    public static let fewest = 4

    private let trimmed: MeanHead

    /// One prototype a class.
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

    /// Which of a class's supports is dropped; nil where they are too few.
    public static func outlier(_ support: [[Float]], mean: [Float]) -> Int? {
        guard support.count >= fewest else { return nil }
        let distances = support.map { MeanHead.squaredDistance($0, mean) }
        return distances.indices.max { distances[$0] < distances[$1] }
    }

    public func distances(to query: [Float]) -> [Float] { trimmed.distances(to: query) }
    public func nearest(to query: [Float]) -> (index: Int, distance: Float) { trimmed.nearest(to: query) }
}
