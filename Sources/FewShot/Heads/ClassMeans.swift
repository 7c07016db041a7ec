import COpenBLAS
import LinearAlgebra

/// The means of classes, as the rows of a matrix.
struct ClassMeans: Sendable {
    private let width: Int
    /// classes × width values.
    private let values: [Float]
    /// ‖m‖² of each mean.
    let squaredNorms: [Float]

    /// - Parameter support: for each class, at least one embedding, all of one width.
    init(_ support: [[[Float]]]) { self.init(rows: MeanHead(support: support).prototypes) }

    /// - Parameter rows: the means, all of one width.
    init(rows: [[Float]]) {
        width = rows.first?.count ?? 0
        values = Array(rows.joined())
        squaredNorms = rows.map(Self.squaredNorm)
    }

    static func squaredNorm(_ vector: [Float]) -> Float {
        Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) })
    }

    /// A class's mean.
    func mean(_ index: Int) -> [Float] { Array(values[index * width..<(index + 1) * width]) }

    /// ‖q − m‖² = ‖q‖² + ‖m‖² − 2 q·m, at least zero.
    /// - Returns: queries × classes values.
    func squaredDistances(to queries: [[Float]]) -> [Float] {
        let classes = squaredNorms.count
        var result = [Float](repeating: 0, count: queries.count * classes)
        guard width > 0, !result.isEmpty else { return result }
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(queries.count), blasint(classes), blasint(width), -2,
            Array(queries.joined()), blasint(width), values, blasint(width), 0, &result, blasint(classes))
        for (row, query) in queries.enumerated() {
            let norm = Self.squaredNorm(query)
            for index in 0..<classes {
                result[row * classes + index] = max(0, result[row * classes + index] + norm + squaredNorms[index])
            }
        }
        return result
    }
}
