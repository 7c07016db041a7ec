import Foundation
import PlainMath

/// The readout by its definition, in double precision and plain loops.
struct ReferenceReadout {
    let widths: [Int]
    private let tapMean: [Double]
    private let mean: [Double]
    /// By descending eigenvalue: the factor of C^(−p), and the direction.
    let directions: [(factor: Double, vector: [Double])]

    init(_ rows: [[Double]], widths: [Int], power: Double, dimensions: Int) {
        self.widths = widths
        tapMean = Direct.mean(rows)
        let joined = rows.map { [tapMean] in Self.joined($0, widths, tapMean) }
        mean = Direct.mean(joined)
        let units = joined.map { [mean] row in Self.unit(zip(row, mean).map { $0 - $1 }) }
        var covariance = Direct.covariance(units)
        let order = covariance.count
        let ridge = 0.01 * (0..<order).reduce(0) { $0 + covariance[$1][$1] } / Double(order)
        for i in 0..<order { covariance[i][i] += ridge }
        let (values, vectors) = Direct.eigen(covariance)
        directions = zip(values, vectors).prefix(dimensions).map { (pow($0, -power), $1) }
    }

    func apply(_ row: [Double]) -> [Double] {
        let x = Self.unit(zip(Self.joined(row, widths, tapMean), mean).map { $0 - $1 })
        return Self.unit(
            directions.map { direction in direction.factor * zip(x, direction.vector).reduce(0) { $0 + $1.0 * $1.1 } })
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
}
