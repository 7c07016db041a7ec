import Foundation

/// The scatter matrices of local Fisher discriminant analysis (Sugiyama, "Dimensionality Reduction of Multimodal Labeled Data by
/// Local Fisher Discriminant Analysis", JMLR 8, 2007, equations 9 to 15).
///
/// Both are ½ Σ_ij W_ij (x_i − x_j)(x_i − x_j)ᵀ over all pairs of n vectors. For a pair of one class with n_c vectors, W_ij is A_ij / n_c
/// within and A_ij (1/n − 1/n_c) between; for others it is 0 and 1/n. The affinity A_ij = exp(−‖x_i − x_j‖² / σ_i σ_j), σ_i the
/// distance from x_i to its k-th neighbour of the class, or to its farthest where the class is smaller: distant members of
/// one class need not come together.
struct LocalScatter: Sendable {
    /// S_w, r × r.
    let within: Matrix
    /// S_b, r × r.
    let between: Matrix

    /// - Parameters:
    ///   - classes: for each class its vectors, n_c × r.
    ///   - neighbour: k, 1 or more.
    init(classes: [Matrix], neighbour: Int) {
        let count = classes.reduce(0) { $0 + $1.rows }
        let whole = 1 / Double(count)
        var within = Matrix(rows: count, columns: count)
        var between = Matrix(rows: count, columns: count, values: [Double](repeating: whole, count: count * count))
        var start = 0
        for vectors in classes {
            let affinities = Self.affinities(vectors, neighbour: neighbour)
            let part = 1 / Double(vectors.rows)
            for i in 0..<vectors.rows {
                for j in 0..<vectors.rows {
                    within[start + i, start + j] = affinities[i, j] * part
                    between[start + i, start + j] = affinities[i, j] * (whole - part)
                }
            }
            start += vectors.rows
        }
        let all = Matrix(rows: count, columns: classes.first?.columns ?? 0, values: classes.flatMap(\.values))
        self.within = Self.scatter(all, weights: within)
        self.between = Self.scatter(all, weights: between)
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

    /// A, n_c × n_c. Where a scale is zero because vectors coincide, it is 0: the limit for the others, and without effect
    /// for those that coincide.
    private static func affinities(_ vectors: Matrix, neighbour: Int) -> Matrix {
        precondition(neighbour >= 1, "the nearest neighbour is the first")
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
            (0..<count).filter { $0 != i }.map { result[i, $0].squareRoot() }.sorted()[min(neighbour, count - 1) - 1]
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
