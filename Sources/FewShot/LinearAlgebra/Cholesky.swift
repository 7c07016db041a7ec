import COpenBLAS

/// A symmetric positive definite matrix A as L·Lᵀ.
struct Cholesky: Sendable {
    private let order: Int
    /// L in the lower triangle, row-major; what lies above is left over and never read.
    private let factor: [Double]

    /// - Parameter matrix: n × n, symmetric positive definite. Anything else is a programmer's mistake and traps.
    init(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "a Cholesky factor needs a square matrix")
        var (values, n, info) = (matrix.values, Int32(matrix.rows), Int32(0))
        if n > 0 {
            // The upper triangle of a column-major matrix is the lower one of a row-major.
            unsafe dpotrf_("U", &n, &values, &n, &info)
        }
        precondition(info == 0, "the matrix is not positive definite (LAPACK says \(info))")
        (order, factor) = (matrix.rows, values)
    }

    /// xᵀ A⁻¹ x, as ‖L⁻¹ x‖².
    func inverseForm(_ vector: [Double]) -> Double {
        precondition(vector.count == order, "\(vector.count) values for a factor of order \(order)")
        guard order > 0 else { return 0 }
        var solved = vector
        unsafe cblas_dtrsv(
            CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, blasint(order), factor, blasint(order), &solved, 1)
        return solved.reduce(0) { $0 + $1 * $1 }
    }
}
