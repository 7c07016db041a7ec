import Foundation

/// The rows of a matrix nearest to one query, with exact distances and with their share in the softmax over all rows.
struct NearestRows {
    struct Entry {
        let row: Int
        /// Exact Euclidean distance.
        let distance: Double
        /// Of the softmax over −distance / temperature of all rows.
        let probability: Double
    }

    /// Nearest first; equal distances in the order of the characters' numbers.
    let entries: [Entry]

    /// - Parameters:
    ///   - products: −2 q·p of every row, in single precision.
    ///   - top: how many rows to return.
    ///   - temperature: positive.
    init(of query: [Float], in matrix: PrototypeMatrix, products: ArraySlice<Float>, top: Int, temperature: Double) {
        let count = matrix.count
        guard count > 0, top > 0 else {
            entries = []
            return
        }
        let queryNorm = Float(query.reduce(0.0) { $0 + Double($1) * Double($1) })
        // |q|² + |p|² − 2q·p cancels when q and p are close. Its error is at most 2(n + 4)u(|q|² + |p|²) with u = 2⁻²⁴
        // (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), so `lower` is a true lower bound.
        let slack = 2 * Float(matrix.dimensions + 4) * (Float.ulpOfOne / 2)
        var squared = [Float](repeating: 0, count: count)
        var lower = squared
        for row in 0..<count {
            let norms = queryNorm + matrix.squaredNorms[row]
            squared[row] = max(0, norms + products[products.startIndex + row])
            lower[row] = squared[row] - slack * norms
        }
        let exact = NearestRows.refine(query, in: matrix, lower: lower, top: min(top, count))

        // Softmax, stable: every exponent is relative to the nearest row, hence at most 0. Rows that were refined count
        // with their exact distance; the others with the approximate one, but never as nearer than the last returned.
        let nearest = exact[0].squared.squareRoot()
        var total = 0.0
        for candidate in exact {
            total += exp((nearest - candidate.squared.squareRoot()) / temperature)
            squared[candidate.row] = .infinity
        }
        let largest = (nearest - exact[min(top, count) - 1].squared.squareRoot()) / temperature
        for value in squared {
            let logit = min(largest, (nearest - Double(value.squareRoot())) / temperature)
            // Less than e⁻⁴⁰ changes no digit of the sum.
            if logit > -40 { total += exp(logit) }
        }
        entries = exact.prefix(top).map { candidate in
            let distance = candidate.squared.squareRoot()
            return Entry(
                row: candidate.row, distance: distance, probability: exp((nearest - distance) / temperature) / total)
        }
    }

    /// Exact squared distances of the nearest rows, sorted, at least `top` of them.
    ///
    /// Takes the rows with the smallest lower bounds, and more of them until no row left out can belong to the first
    /// `top`: rounding never changes who is returned.
    private static func refine(
        _ query: [Float], in matrix: PrototypeMatrix, lower: [Float], top: Int
    ) -> [(row: Int, squared: Double, character: Int64)] {
        var size = top + 16
        while true {
            var candidates = SmallestKeys(capacity: min(size, lower.count))
            for row in lower.indices where lower[row] < candidates.bound { candidates.offer(lower[row], row: row) }
            let exact = candidates.entries.map { candidate in
                (
                    row: candidate.row, squared: matrix.exactSquaredDistance(query, row: candidate.row),
                    character: matrix.characters[candidate.row]
                )
            }.sorted { ($0.squared, $0.character) < ($1.squared, $1.character) }
            // Strictly below: a row left out could tie, and a tie is decided by the characters' numbers.
            if size >= lower.count || exact[top - 1].squared < Double(candidates.bound) { return exact }
            size *= 8
        }
    }
}
