import COpenBLAS
import Foundation
import LinearAlgebra

extension Readout {
    /// Fits a readout to pooled features, without labels.
    /// - Parameters:
    ///   - features: one n × width matrix for each tap.
    ///   - widths: the taps' widths.
    ///   - power: p of C^(−p): 0 changes nothing, 0.5 whitens fully.
    ///   - dimensions: the number of leading directions to keep; nil keeps all.
    /// - Throws: `ModelError` with `invalidData` if there are fewer than two pictures, or if nothing varies.
    public static func fit(_ features: [[Float]], widths: [Int], power: Double, dimensions: Int?) throws(ModelError)
        -> Readout
    {
        let total = widths.reduce(0, +)
        let count = features[0].count / widths[0]
        guard count >= 2 else {
            throw ModelError(
                .invalidData, "a readout needs at least two pictures, better some thousands; there are \(count)")
        }
        guard (1...total).contains(dimensions ?? total) else {
            throw ModelError(.invalidData, "the width must be between 1 and the taps' \(total) features")
        }
        let tapMean = zip(features, widths).flatMap { columnMeans($0, count: count, columns: $1) }
        var joined = joined(features, widths: widths, tapMean: tapMean, count: count)
        let mean = columnMeans(joined, count: count, columns: total)
        for row in 0..<count {
            for column in 0..<total { joined[row * total + column] -= mean[column] }
            normalize(&joined, row * total..<(row + 1) * total)
        }
        let (values, vectors) = try eigen(covariance(joined, count: count, columns: total), order: total)
        // C is the covariance plus 1 % of its mean diagonal. It has the same eigenvectors and shifted eigenvalues.
        let ridge = 0.01 * values.reduce(0, +) / Double(total)
        guard ridge > 0 else {
            throw ModelError(.invalidData, "the pictures' features do not vary: are they all the same?")
        }
        let kept = dimensions ?? total
        var projection = [Float](repeating: 0, count: kept * total)
        for row in 0..<kept {
            let from = total - 1 - row  // LAPACK's eigenvalues ascend
            let factor = pow(max(values[from], 0) + ridge, -power)
            for column in 0..<total {
                projection[row * total + column] = Float(factor * vectors[from * total + column])
            }
        }
        return Readout(widths: widths, tapMean: tapMean, mean: mean, projection: projection)
    }

    private static func columnMeans(_ matrix: [Float], count: Int, columns: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<count {
            for column in 0..<columns { sums[column] += Double(matrix[row * columns + column]) }
        }
        return sums.map { Float($0 / Double(count)) }
    }

    /// The covariance about the mean of the rows, in double precision.
    private static func covariance(_ matrix: [Float], count: Int, columns: Int) -> [Double] {
        let means = columnMeans(matrix, count: count, columns: columns)
        var centered = [Double](repeating: 0, count: count * columns)
        for index in centered.indices { centered[index] = Double(matrix[index]) - Double(means[index % columns]) }
        var result = [Double](repeating: 0, count: columns * columns)
        unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, blasint(columns), blasint(count), 1 / Double(count - 1), centered,
            blasint(columns), 0, &result, blasint(columns))
        for row in 0..<columns {
            for column in 0..<row { result[row * columns + column] = result[column * columns + row] }
        }
        return result
    }

    /// Eigenvalues in ascending order, and the eigenvectors as rows.
    private static func eigen(_ matrix: [Double], order: Int) throws(ModelError) -> (
        values: [Double], vectors: [Double]
    ) {
        var (vectors, values) = (matrix, [Double](repeating: 0, count: order))
        var (n, info, query) = (Int32(order), Int32(0), Int32(-1))
        var (size, integers) = ([0.0], [Int32(0)])
        unsafe dsyevd_("V", "U", &n, &vectors, &n, &values, &size, &query, &integers, &query, &info)
        var (workSize, integerSize) = (Int32(size[0]), integers[0])
        size = [Double](repeating: 0, count: Int(workSize))
        integers = [Int32](repeating: 0, count: Int(integerSize))
        unsafe dsyevd_("V", "U", &n, &vectors, &n, &values, &size, &workSize, &integers, &integerSize, &info)
        guard info == 0 else {
            throw ModelError(.invalidData, "the covariance has no eigenvectors (LAPACK says \(info))")
        }
        return (values, vectors)
    }
}
