import LinearAlgebra

/// The Mahalanobis distance with each class's regularized covariance (Bateni et al., "Improved Few-Shot Visual Classification",
/// arXiv:1912.03432, section 4: Simple-CNAPS).
///
/// The value is the negative logit (q − μ_c)ᵀ Q_c⁻¹ (q − μ_c), a squared distance, with Q_c = λ_c Σ_c + (1 − λ_c) Σ + ρ I and
/// λ_c = n_c / (n_c + 1). Σ_c is the covariance of the class's n_c supports (zero for one), and Σ that of all supports; both are divided by
/// the number of supports less one. The paper's ρ is 1, which suits features with variances of about 1.
///
/// The computation stays in the supports' span. Outside the span Q_c is ρ I for every class.
public struct MahalanobisHead: Head {
    private let span: SupportSpan
    private let ridge: Double
    /// The classes' means, in the span's coordinates.
    private let means: [[Double]]
    /// The factors of Q_c, in the span's coordinates.
    private let factors: [Cholesky]

    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width.
    ///   - ridge: ρ, above 0.
    public init(support: [[[Float]]], ridge: Double = 1) {
        precondition(ridge > 0, "without a ridge the covariance of a few supports is singular")
        let span = SupportSpan(support: support)
        let task = Matrix(
            rows: span.coordinates.reduce(0) { $0 + $1.rows }, columns: span.dimensions,
            values: span.coordinates.flatMap(\.values)
        ).covariance
        means = span.coordinates.map(\.rowMean)
        factors = span.coordinates.map { coordinates in
            let weight = Double(coordinates.rows) / Double(coordinates.rows + 1)
            var regularized = coordinates.covariance
            for index in regularized.values.indices {
                regularized.values[index] = weight * regularized.values[index] + (1 - weight) * task.values[index]
            }
            for index in 0..<span.dimensions { regularized[index, index] += ridge }
            return Cholesky(regularized)
        }
        (self.span, self.ridge) = (span, ridge)
    }

    /// Squared Mahalanobis distances.
    public func distances(to query: [Float]) -> [Float] {
        let (coordinates, outside) = span.split(query)
        return zip(means, factors).map { mean, factor in
            Float(outside / ridge + factor.inverseForm(zip(coordinates, mean).map { $0 - $1 }))
        }
    }
}
