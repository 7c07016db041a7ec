import COpenBLAS

/// The leading solutions of A v = λ B v, for A symmetric and B symmetric positive definite.
struct GeneralizedEigenvectors: Sendable {
    /// λ, greatest first.
    let values: [Double]
    /// One eigenvector a row, scaled to vᵀ B v = 1; its sign is LAPACK's.
    let vectors: Matrix

    /// - Parameters:
    ///   - matrix: A, n × n.
    ///   - metric: B, n × n. Where it is not positive definite, that is a programmer's mistake and traps.
    ///   - count: how many are kept, at most n.
    init(_ matrix: Matrix, metric: Matrix, count: Int) {
        let order = matrix.rows
        precondition(
            matrix.columns == order && metric.rows == order && metric.columns == order && (1...order).contains(count),
            "\(count) eigenvectors of \(matrix.rows) × \(matrix.columns) and \(metric.rows) × \(metric.columns)")
        var (vectors, factor) = (matrix.values, metric.values)
        var values = [Double](repeating: 0, count: order)
        var (kind, n, info, query) = (Int32(1), Int32(order), Int32(0), Int32(-1))
        var (size, integers) = ([0.0], [Int32(0)])
        unsafe dsygvd_(
            &kind, "V", "U", &n, &vectors, &n, &factor, &n, &values, &size, &query, &integers, &query, &info)
        var (workSize, integerSize) = (Int32(size[0]), integers[0])
        size = [Double](repeating: 0, count: Int(workSize))
        integers = [Int32](repeating: 0, count: Int(integerSize))
        unsafe dsygvd_(
            &kind, "V", "U", &n, &vectors, &n, &factor, &n, &values, &size, &workSize, &integers, &integerSize, &info)
        precondition(info == 0, "the pair of matrices has no eigenvectors (LAPACK says \(info))")
        // LAPACK's eigenvalues ascend, and its columns are rows here.
        let kept = (0..<count).map { order - 1 - $0 }
        self.values = kept.map { values[$0] }
        self.vectors = Matrix(
            rows: count, columns: order, values: kept.flatMap { vectors[$0 * order..<($0 + 1) * order] })
    }
}
