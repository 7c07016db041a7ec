import Foundation

/// The readout by its definition, in double precision and plain loops, with eigenvectors by Jacobi's rotations.
struct ReferenceReadout {
    let widths: [Int]
    private let tapMean: [Double]
    private let mean: [Double]
    /// By falling eigenvalue: the factor of C^(−p), and the direction.
    let directions: [(factor: Double, vector: [Double])]

    init(_ rows: [[Double]], widths: [Int], power: Double, dimensions: Int) {
        self.widths = widths
        tapMean = Self.mean(rows)
        let joined = rows.map { [tapMean] in Self.joined($0, widths, tapMean) }
        mean = Self.mean(joined)
        let units = joined.map { [mean] row in Self.unit(zip(row, mean).map { $0 - $1 }) }
        let center = Self.mean(units)
        let order = center.count
        var covariance = [[Double]](repeating: [Double](repeating: 0, count: order), count: order)
        for row in units {
            for i in 0..<order {
                for j in 0..<order { covariance[i][j] += (row[i] - center[i]) * (row[j] - center[j]) }
            }
        }
        for i in 0..<order { for j in 0..<order { covariance[i][j] /= Double(units.count - 1) } }
        let ridge = 0.01 * (0..<order).reduce(0) { $0 + covariance[$1][$1] } / Double(order)
        for i in 0..<order { covariance[i][i] += ridge }
        directions = Array(
            Self.eigen(covariance).sorted { $0.value > $1.value }.prefix(dimensions)
                .map { (pow($0.value, -power), $0.vector) })
    }

    func apply(_ row: [Double]) -> [Double] {
        let x = Self.unit(zip(Self.joined(row, widths, tapMean), mean).map { $0 - $1 })
        return Self.unit(
            directions.map { direction in direction.factor * zip(x, direction.vector).reduce(0) { $0 + $1.0 * $1.1 } })
    }

    private static func mean(_ rows: [[Double]]) -> [Double] {
        rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    }

    static func unit(_ row: [Double]) -> [Double] {
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? row.map { $0 / length } : row
    }

    private static func joined(_ row: [Double], _ widths: [Int], _ tapMean: [Double]) -> [Double] {
        var (result, start) = ([Double](), 0)
        for width in widths {
            result += unit((start..<start + width).map { row[$0] - tapMean[$0] })
            start += width
        }
        return result
    }

    /// Jacobi's method: rotations that take one element off the diagonal to zero, again and again.
    private static func eigen(_ matrix: [[Double]]) -> [(value: Double, vector: [Double])] {
        var a = matrix
        let order = a.count
        var v = (0..<order).map { i in (0..<order).map { $0 == i ? 1.0 : 0 } }
        for _ in 0..<60 {
            for p in 0..<order {
                for q in p + 1..<order where abs(a[p][q]) > 1e-300 {
                    let angle = atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2
                    let (c, s) = (cos(angle), sin(angle))
                    for k in 0..<order { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<order { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<order { (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]) }
                }
            }
        }
        return (0..<order).map { i in (a[i][i], (0..<order).map { v[$0][i] }) }
    }
}
