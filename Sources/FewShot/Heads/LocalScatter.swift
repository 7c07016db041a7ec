import Foundation
import LinearAlgebra

/// The scatter matrices of local Fisher discriminant analysis (Sugiyama, "Dimensionality Reduction of Multimodal Labeled Data by
/// Local Fisher Discriminant Analysis", JMLR 8, 2007, equations 9 to 15).
///
/// Both are ½ Σ_ij W_ij (x_i − x_j)(x_i − x_j)ᵀ over all pairs of n vectors. For a pair of one class with n_c vectors, W_ij is A_ij / n_c
/// within and A_ij (1/n − 1/n_c) between; for other pairs it is 0 and 1/n. The affinity is A_ij = exp(−‖x_i − x_j‖² / σ_i σ_j), where σ_i
/// is the distance from x_i to its k-th neighbor in the class, or to the farthest in a smaller class. So distant members of one class
/// need not come together.
struct LocalScatter: Sendable {
    /// S_w, r × r.
    let within: Matrix
    /// S_b, r × r.
    let between: Matrix

    /// - Parameters:
    ///   - classes: for each class its vectors, n_c × r.
    ///   - neighbor: k, at least 1.
    init(classes: [Matrix], neighbor: Int) {
        let all = Matrix(
            rows: classes.reduce(0) { $0 + $1.rows }, columns: classes.first?.columns ?? 0,
            values: classes.flatMap(\.values))
        let whole = 1 / Double(all.rows)
        // If W_ij were 1/n for every pair, the sum would be the scatter about the common mean. Only pairs of one class differ from that, so
        // the rest is a sum over classes, and no matrix is larger than the largest class.
        let centered = all.subtracting(all.rowMean)
        var within = Matrix(rows: all.columns, columns: all.columns)
        var between = centered.transposed.times(centered)
        for vectors in classes {
            let affinities = Self.affinities(vectors, neighbor: neighbor)
            let part = 1 / Double(vectors.rows)
            var (inside, across) = (affinities, affinities)
            for index in affinities.values.indices {
                inside.values[index] *= part
                across.values[index] = affinities.values[index] * (whole - part) - whole
            }
            within.add(Self.scatter(vectors, weights: inside))
            between.add(Self.scatter(vectors, weights: across))
        }
        (self.within, self.between) = (within, between)
    }

    /// Xᵀ (diag(W·1) − W) X, which is the sum over pairs for a symmetric W.
    private static func scatter(_ vectors: Matrix, weights: Matrix) -> Matrix {
        var laplacian = weights
        for row in 0..<weights.rows {
            let sum = weights.row(row).reduce(0, +)
            for column in 0..<weights.columns { laplacian[row, column] = -weights[row, column] }
            laplacian[row, row] += sum
        }
        return vectors.transposed.times(laplacian.times(vectors))
    }

    /// A, n_c × n_c. If a scale is zero because vectors coincide, A_ij is 0. That is the limit for other vectors, and has no effect on those
    /// that coincide.
    private static func affinities(_ vectors: Matrix, neighbor: Int) -> Matrix {
        precondition(neighbor >= 1, "the nearest neighbor is the first")
        let count = vectors.rows
        let rows = (0..<count).map { vectors.row($0) }
        var result = Matrix(rows: count, columns: count)
        guard count > 1 else { return result }
        for i in 0..<count {
            for j in 0..<count {
                result[i, j] = zip(rows[i], rows[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
        }
        let scales = (0..<count).map { i in
            (0..<count).filter { $0 != i }.map { result[i, $0].squareRoot() }.sorted()[min(neighbor, count - 1) - 1]
        }
        for i in 0..<count {
            for j in 0..<count {
                let scale = scales[i] * scales[j]
                result[i, j] = scale > 0 ? exp(-result[i, j] / scale) : 0
            }
        }
        return result
    }
}
