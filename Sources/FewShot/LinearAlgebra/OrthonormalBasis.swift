import COpenBLAS

/// Orthonormal directions that span a set of vectors, by QR with column pivoting.
enum OrthonormalBasis {
    /// Directions shorter than this part of the longest are rounding, not data: embeddings are in single precision.
    private static let tolerance = 1e-9

    /// - Parameter vectors: n × D, one vector a row.
    /// - Returns: r × D, r the rank, at most min(n, D); no row when all vectors are zero.
    static func spanning(_ vectors: Matrix) -> Matrix {
        let limit = min(vectors.rows, vectors.columns)
        guard limit > 0 else { return Matrix(rows: 0, columns: vectors.columns) }
        // Row-major n × D is column-major D × n: the vectors are the columns of what LAPACK sees.
        var (m, n, info, query) = (Int32(vectors.columns), Int32(vectors.rows), Int32(0), Int32(-1))
        var values = vectors.values
        var (pivots, tau) = ([Int32](repeating: 0, count: vectors.rows), [Double](repeating: 0, count: limit))
        var work = [0.0]
        unsafe dgeqp3_(&m, &n, &values, &m, &pivots, &tau, &work, &query, &info)
        var size = Int32(work[0])
        work = [Double](repeating: 0, count: Int(size))
        unsafe dgeqp3_(&m, &n, &values, &m, &pivots, &tau, &work, &size, &info)
        precondition(info == 0, "the QR failed (LAPACK says \(info))")

        let diagonal = (0..<limit).map { abs(values[$0 * vectors.columns + $0]) }
        var rank = Int32(diagonal.count { $0 > 0 && $0 > tolerance * diagonal[0] })
        guard rank > 0 else { return Matrix(rows: 0, columns: vectors.columns) }
        unsafe dorgqr_(&m, &rank, &rank, &values, &m, &tau, &work, &query, &info)
        size = Int32(work[0])
        work = [Double](repeating: 0, count: Int(size))
        unsafe dorgqr_(&m, &rank, &rank, &values, &m, &tau, &work, &size, &info)
        precondition(info == 0, "the QR's Q failed (LAPACK says \(info))")
        return Matrix(
            rows: Int(rank), columns: vectors.columns, values: Array(values.prefix(Int(rank) * vectors.columns)))
    }
}
