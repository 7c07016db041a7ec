public import Statistics

/// The likeliest character under the two-covariance model, which takes into account how many pictures each mean rests on.
///
/// With equally many pictures of each character it ranks as the nearest mean does. A mean of ten pictures is shorter than a mean of one, and
/// so nearer to every picture; this head makes up for that. A character whose pictures fall into groups has a mean for each of them.
public struct PosteriorHead: Head {
    private let means: CharacterMeans
    private let terms: CharacterMeans.Terms
    private let classes: Range<Int>

    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width.
    ///   - grouping: finds the appearances of each class; nil for one mean each.
    public init(support: [[[Float]]], model: TwoCovariance, grouping: TwoCovariance? = nil) {
        means = CharacterMeans(support, grouping: grouping)
        terms = means.terms(of: model)
        classes = support.indices
    }

    /// The negative log-likelihood ratios of the classes to a stranger.
    public func distances(to query: [Float]) -> [Float] {
        let square = Double(ClassMeans.squaredNorm(query))
        let squares = means.squares(of: [query])
        return classes.map { Float(-means.ratio(of: $0, 0, squares, squaredQuery: square, terms)) }
    }
}
