/// The affine subspace that an episode's supports span, with an orthonormal basis.
///
/// Means and covariances of supports lie in it entirely. With N·K supports of width D it has r ≤ min(D, N·K − 1) dimensions, far
/// fewer than D where embeddings are wide, and nothing is lost there: of a query, only its coordinates z and the squared length of
/// what sticks out of the subspace matter, and the latter is the same for every class.
struct SupportSpan: Sendable {
    /// D values: the mean of all supports, where the coordinates are zero.
    let origin: [Double]
    /// r × D, orthonormal rows.
    let basis: Matrix
    /// For each class, its supports' coordinates: K × r.
    let coordinates: [Matrix]

    /// r.
    var dimensions: Int { basis.rows }

    /// - Parameter support: for each class, its support embeddings, at least one, all of one width.
    init(support: [[[Float]]]) {
        precondition(support.allSatisfy { !$0.isEmpty }, "a class without a support")
        let vectors = support.flatMap { $0 }
        let all = Matrix(
            rows: vectors.count, columns: vectors.first?.count ?? 0, values: vectors.joined().map(Double.init))
        origin = all.rowMean
        let centred = all.subtracting(origin)
        let basis = OrthonormalBasis.spanning(centred)
        let projected = centred.times(basis.transposed)
        var start = 0
        coordinates = support.map { vectors in
            defer { start += vectors.count }
            return projected.slice(start..<start + vectors.count)
        }
        self.basis = basis
    }

    /// A query's r coordinates, and the squared length of what lies outside.
    func split(_ query: [Float]) -> (coordinates: [Double], outside: Double) {
        precondition(query.count == origin.count, "embeddings of two widths")
        let offset = zip(query, origin).map { Double($0) - $1 }
        let coordinates = basis.times(offset)
        let squared = offset.reduce(0) { $0 + $1 * $1 } - coordinates.reduce(0) { $0 + $1 * $1 }
        return (coordinates, max(0, squared))
    }
}
