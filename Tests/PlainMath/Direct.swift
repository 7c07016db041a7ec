import Foundation

/// Textbook linear algebra in plain loops over doubles, the reference for the fast code.
public enum Direct {
    public typealias Rows = [[Double]]

    public static func mean(_ vectors: Rows) -> [Double] {
        vectors[0].indices.map { column in vectors.reduce(0) { $0 + $1[column] } / Double(vectors.count) }
    }

    public static func mean(_ vectors: [[Float]]) -> [Double] { mean(vectors.map { $0.map { Double($0) } } as Rows) }

    /// The Euclidean distance.
    public static func distance(_ a: [Float], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
    }

    /// The index of the mean nearest to a query, the first of equals, and its distance.
    public static func nearest(_ query: [Float], _ means: Rows) -> (index: Int, distance: Double) {
        let all = means.map { distance(query, $0) }
        let least = all.min() ?? 0
        return (all.firstIndex(of: least) ?? 0, least)
    }

    /// Divided by n − 1; zero for one vector.
    public static func covariance(_ vectors: Rows) -> Rows {
        let (mean, width) = (mean(vectors), vectors[0].count)
        var result = zeros(width)
        guard vectors.count > 1 else { return result }
        for vector in vectors {
            for i in 0..<width {
                for j in 0..<width {
                    result[i][j] += (vector[i] - mean[i]) * (vector[j] - mean[j]) / Double(vectors.count - 1)
                }
            }
        }
        return result
    }

    public static func zeros(_ order: Int) -> Rows {
        Rows(repeating: [Double](repeating: 0, count: order), count: order)
    }

    public static func times(_ a: Rows, _ b: Rows) -> Rows {
        a.map { row in b[0].indices.map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } } }
    }

    public static func times(_ a: Rows, _ x: [Double]) -> [Double] {
        a.map { zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    public static func transposed(_ a: Rows) -> Rows { a[0].indices.map { j in a.map { $0[j] } } }

    /// Gauss–Jordan with pivoting.
    public static func inverse(_ matrix: Rows) -> Rows {
        let n = matrix.count
        var a = matrix
        var inverse = zeros(n)
        for i in 0..<n { inverse[i][i] = 1 }
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            a.swapAt(pivot, column)
            inverse.swapAt(pivot, column)
            let scale = 1 / a[column][column]
            for j in 0..<n { (a[column][j], inverse[column][j]) = (a[column][j] * scale, inverse[column][j] * scale) }
            for row in 0..<n where row != column {
                let factor = a[row][column]
                for j in 0..<n {
                    a[row][j] -= factor * a[column][j]
                    inverse[row][j] -= factor * inverse[column][j]
                }
            }
        }
        return inverse
    }

    /// L of A = L·Lᵀ.
    public static func cholesky(_ a: Rows) -> Rows {
        var l = zeros(a.count)
        for i in a.indices {
            for j in 0...i {
                let rest = a[i][j] - (0..<j).reduce(0) { $0 + l[i][$1] * l[j][$1] }
                l[i][j] = i == j ? rest.squareRoot() : rest / l[j][j]
            }
        }
        return l
    }

    /// Eigenvalues, greatest first, and eigenvectors as rows, of a symmetric matrix by Jacobi's rotations.
    public static func eigen(_ matrix: Rows) -> (values: [Double], vectors: Rows) {
        let n = matrix.count
        var a = matrix
        var v = zeros(n)
        for i in 0..<n { v[i][i] = 1 }
        for _ in 0..<60 {
            for p in 0..<n {
                for q in p + 1..<max(n, p + 1) where abs(a[p][q]) > 1e-300 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n {
                        (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
                    }
                    for k in 0..<n {
                        (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
                        (v[p][k], v[q][k]) = (c * v[p][k] - s * v[q][k], s * v[p][k] + c * v[q][k])
                    }
                }
            }
        }
        let order = (0..<n).sorted { a[$0][$0] > a[$1][$1] }
        return (order.map { a[$0][$0] }, order.map { v[$0] })
    }

    /// Eigenvectors of A v = λ B v as rows, greatest λ first, vᵀ B v = 1: those of L⁻¹ A L⁻ᵀ, taken back.
    public static func generalizedEigen(_ a: Rows, _ b: Rows) -> (values: [Double], vectors: Rows) {
        let back = inverse(cholesky(b))
        let (values, vectors) = eigen(times(times(back, a), transposed(back)))
        return (values, times(vectors, back))
    }
}
