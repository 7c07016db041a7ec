import COpenBLAS

/// A dense matrix of doubles, row-major; products by OpenBLAS on one thread, since episodes run side by side.
struct Matrix: Sendable, Equatable {
    let rows: Int
    let columns: Int
    /// rows × columns values.
    var values: [Double]

    init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "\(values.count) values are no \(rows) × \(columns) matrix")
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    func row(_ index: Int) -> [Double] { Array(values[index * columns..<(index + 1) * columns]) }

    /// The rows of a range, as a matrix.
    func slice(_ range: Range<Int>) -> Matrix {
        Matrix(
            rows: range.count, columns: columns,
            values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
    }

    /// The mean of the rows.
    var rowMean: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { sums[column] += values[row * columns + column] }
        }
        return sums.map { $0 / Double(rows) }
    }

    /// The sum of the diagonal.
    var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }

    /// The rows with `vector` taken from each.
    func subtracting(_ vector: [Double]) -> Matrix {
        var result = self
        for row in 0..<rows {
            for column in 0..<columns { result.values[row * columns + column] -= vector[column] }
        }
        return result
    }

    /// Adds a matrix of the same shape.
    mutating func add(_ other: Matrix) {
        precondition(rows == other.rows && columns == other.columns, "a sum of matrices of two shapes")
        for index in values.indices { values[index] += other.values[index] }
    }

    /// Covariance of the rows about their mean, columns × columns, divided by rows − 1; zero for one row.
    var covariance: Matrix {
        guard rows > 1 else { return Matrix(rows: columns, columns: columns) }
        let centred = subtracting(rowMean)
        var result = centred.transposed.times(centred)
        for index in result.values.indices { result.values[index] /= Double(rows - 1) }
        return result
    }

    var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }

    /// A·B.
    func times(_ other: Matrix) -> Matrix {
        precondition(columns == other.rows, "\(rows) × \(columns) times \(other.rows) × \(other.columns)")
        var result = Matrix(rows: rows, columns: other.columns)
        guard !result.values.isEmpty, columns > 0 else { return result }
        unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(other.columns), blasint(columns), 1,
            values, blasint(columns), other.values, blasint(other.columns), 0, &result.values, blasint(other.columns))
        return result
    }

    /// A·x.
    func times(_ vector: [Double]) -> [Double] {
        precondition(vector.count == columns, "\(rows) × \(columns) times \(vector.count) values")
        var result = [Double](repeating: 0, count: rows)
        guard !values.isEmpty else { return result }
        unsafe cblas_dgemv(
            CblasRowMajor, CblasNoTrans, blasint(rows), blasint(columns), 1, values, blasint(columns), vector, 1, 0,
            &result, 1)
        return result
    }
}
