/// Nearest mean after a projection by local Fisher discriminant analysis (Mukaiyama, Sato and Sugiyama, "LFD-ProtoNet",
/// arXiv:2006.08306, the paper's reference 33; Sugiyama, JMLR 8, 2007).
///
/// ``LocalScatter`` gives the scatters S_w within and S_b between the classes. The rows of T are the eigenvectors of
/// S_b v = λ (S_w + ε I) v with the greatest λ, scaled to vᵀ (S_w + ε I) v = 1, and the value is ‖T (q − p_c)‖², p_c the mean of
/// the class's supports. S_w is singular with few shots, so ε is `regularization` times its mean eigenvalue over the supports' span.
///
/// All of it happens in that span, where every eigenvector with λ ≠ 0 lies. Where no class varies, as with one shot, S_w is
/// zero and the head falls back to ``MeanHead``; its values are then Euclidean distances.
public struct LocalFisherHead: Head {
    private enum Fit {
        case mean(MeanHead)
        /// T as m × D, and for each class T p_c.
        case projected(Matrix, prototypes: [[Double]])
    }

    private let fit: Fit

    /// - Parameters:
    ///   - support: for each class, its support embeddings, at least one, all of one width.
    ///   - regularization: above 0; smaller trusts the supports' scatter more. `docs/heads.md` says how 1 was settled.
    ///   - dimensions: the rows of T; nil takes one fewer than there are classes, which is all that classes with one common
    ///     covariance need.
    ///   - neighbour: k of the affinities' scale; Sugiyama's 7.
    public init(support: [[[Float]]], regularization: Double = 1, dimensions: Int? = nil, neighbour: Int = 7) {
        precondition(regularization > 0, "without a ridge the scatter of a few supports is singular")
        let span = SupportSpan(support: support)
        let scatter = LocalScatter(classes: span.coordinates, neighbour: neighbour)
        var within = scatter.within
        // Supports that are equal differ by rounding.
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

    /// Squared distances in the projection; Euclidean ones after a fall-back to the mean.
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
