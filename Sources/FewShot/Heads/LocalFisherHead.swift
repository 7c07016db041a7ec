import LinearAlgebra

/// The nearest mean after a projection by local Fisher discriminant analysis (Mukaiyama, Sato and Sugiyama, "LFD-ProtoNet",
/// arXiv:2006.08306, the paper's reference 33; Sugiyama, JMLR 8, 2007).
///
/// ``LocalScatter`` gives the scatters S_w within and S_b between the classes. The rows of T are the eigenvectors of
/// S_b v = λ (S_w + ε I) v with the greatest λ, scaled to vᵀ (S_w + ε I) v = 1. The value is ‖T (q − p_c)‖², where p_c is the mean of the
/// class's supports. S_w is singular with few shots, so ε is `regularization` times its mean eigenvalue over the supports' span.
///
/// The computation stays in that span, which contains every eigenvector with λ ≠ 0. If no class varies, as with one shot, S_w is zero and
/// the head falls back to ``MeanHead``; its values are then Euclidean distances.
public struct LocalFisherHead: Head {
    private enum Fit {
        case mean(MeanHead)
        /// T, m × D, and T p_c for each class.
        case projected(Matrix, prototypes: [[Double]])
    }

    private let fit: Fit

    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width.
    ///   - regularization: above 0. A smaller value trusts the supports' scatter more. `docs/heads.md` says how 1 was chosen.
    ///   - dimensions: the number of rows of T; nil takes one fewer than there are classes, which suffices for classes with a common
    ///     covariance.
    ///   - neighbor: k in the affinities' scale. Sugiyama uses 7.
    public init(support: [[[Float]]], regularization: Double = 1, dimensions: Int? = nil, neighbor: Int = 7) {
        precondition(regularization > 0, "without a ridge the scatter of a few supports is singular")
        let span = SupportSpan(support: support)
        let scatter = LocalScatter(classes: span.coordinates, neighbor: neighbor)
        var within = scatter.within
        // Equal supports still differ by rounding.
        guard within.trace > 1e-12 * (within.trace + scatter.between.trace) else {
            fit = .mean(MeanHead(support: support))
            return
        }
        let ridge = regularization * within.trace / Double(span.dimensions)
        for index in 0..<span.dimensions { within[index, index] += ridge }
        let kept = min(dimensions ?? max(1, support.count - 1), span.dimensions)
        let projection = GeneralizedEigenvectors(scatter.between, metric: within, count: kept).vectors
            .times(span.basis)
        let origin = projection.times(span.origin)
        let reduced = projection.times(span.basis.transposed)
        fit = .projected(
            projection,
            prototypes: span.coordinates.map { zip(reduced.times($0.rowMean), origin).map { $0 + $1 } })
    }

    /// Squared distances in the projection, or Euclidean ones after the fallback to the mean.
    public func distances(to query: [Float]) -> [Float] {
        switch fit {
        case .mean(let head): return head.distances(to: query)
        case .projected(let projection, let prototypes):
            let projected = projection.times(query.map(Double.init))
            return prototypes.map { prototype in
                Float(zip(projected, prototype).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
            }
        }
    }
}
