import LinearAlgebra

/// The affine subspace that an episode's supports span, with an orthonormal basis.
///
/// It contains the means and covariances of the supports. With N·K supports of width D it has r ≤ min(D, N·K − 1) dimensions, far fewer than
/// D for wide embeddings. Nothing is lost: of a query, only its coordinates and the squared length of its part outside the subspace
/// matter, and that part is the same for every class.
struct SupportSpan: Sendable {
    /// D values: the mean of all supports, which has the coordinates zero.
    let origin: [Double]
    /// r × D, orthonormal rows.
    let basis: Matrix
    /// For each class, its supports' coordinates: K × r.
    let coordinates: [Matrix]

    /// r.
    var dimensions: Int { basis.rows }

    /// - Parameter support: for each class, at least one support embedding, all of one width.
    init(support: [[[Float]]]) {
        precondition(support.allSatisfy { !$0.isEmpty }, "a class without a support")
        let vectors = support.flatMap { $0 }
        let all = Matrix(
            rows: vectors.count, columns: vectors.first?.count ?? 0, values: vectors.joined().map(Double.init))
        origin = all.rowMean
        let centered = all.subtracting(origin)
        let basis = OrthonormalBasis.spanning(centered)
        let projected = centered.times(basis.transposed)
        var start = 0
        coordinates = support.map { vectors in
            defer { start += vectors.count }
            return projected.slice(start..<start + vectors.count)
        }
        self.basis = basis
    }

    /// A query's r coordinates, and the squared length of its part outside.
    func split(_ query: [Float]) -> (coordinates: [Double], outside: Double) {
        precondition(query.count == origin.count, "embeddings of two widths")
        let offset = zip(query, origin).map { Double($0) - $1 }
        let coordinates = basis.times(offset)
        let squared = offset.reduce(0) { $0 + $1 * $1 } - coordinates.reduce(0) { $0 + $1 * $1 }
        return (coordinates, max(0, squared))
    }
}
