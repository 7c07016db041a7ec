public import Statistics

/// The likeliest character under the two-covariance model, which takes into account how many pictures each mean rests on.
///
/// With equally many pictures of each character it ranks as the nearest mean does. A mean of ten pictures is shorter than a mean of one, and
/// so nearer to every picture; this head makes up for that.
public struct PosteriorHead: Head {
    private let means: ClassMeans
    private let terms: [TwoCovariance.Terms]

    /// - Parameter support: for each class, at least one support embedding, all of one width.
    public init(support: [[[Float]]], model: TwoCovariance) {
        means = ClassMeans(support)
        terms = support.map { model.terms(count: $0.count) }
    }

    /// The negative log-likelihood ratios of the classes to a stranger.
    public func distances(to query: [Float]) -> [Float] {
        let square = Double(ClassMeans.squaredNorm(query))
        return zip(means.squaredDistances(to: [query]), terms.indices).map { distance, index in
            Float(
                -terms[index].ratio(
                    squaredDistance: Double(distance), squaredMean: Double(means.squaredNorms[index]),
                    squaredQuery: square))
        }
    }
}
