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
        let all = Matrix(
            rows: classes.reduce(0) { $0 + $1.rows }, columns: classes.first?.columns ?? 0,
            values: classes.flatMap(\.values))
        let whole = 1 / Double(all.rows)
        // Were W_ij 1/n for every pair, the sum would be the scatter about the common mean. A class's pairs differ from that,
        // so the rest is a sum over classes: no matrix is larger than the largest class.
        let centred = all.subtracting(all.rowMean)
        var within = Matrix(rows: all.columns, columns: all.columns)
        var between = centred.transposed.times(centred)
        for vectors in classes {
            let affinities = Self.affinities(vectors, neighbour: neighbour)
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
