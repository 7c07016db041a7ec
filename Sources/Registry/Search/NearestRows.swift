import Foundation

/// The rows of a matrix that are nearest to one query, with exact distances and with their softmax over all rows.
struct NearestRows {
    struct Entry {
        let row: Int
        /// Exact Euclidean distance.
        let distance: Double
        /// The softmax over −distance / temperature of all rows.
        let probability: Double
    }

    /// A row with its exact squared distance.
    struct Candidate: Comparable {
        let row: Int
        let squared: Double
        let character: Int64

        init(_ row: Int, _ query: [Float], _ matrix: PrototypeMatrix) {
            self.row = row
            squared = matrix.exactSquaredDistance(query, row: row)
            character = matrix.characters[row]
        }

        /// Equal distances are ordered by the characters' ids.
        static func < (a: Candidate, b: Candidate) -> Bool { (a.squared, a.character) < (b.squared, b.character) }
    }

    /// Nearest first; equal distances are ordered by the characters' ids.
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
        let top = min(top, count)
        let terms = Terms(query, matrix, products)
        let exact = NearestRows.refine(query, in: matrix, terms: terms, top: top)

        // A stable softmax: every exponent is relative to the nearest row, so it is at most 0. Refined rows count with their exact distance, the
        // others with the approximate one, but never as nearer than the last returned row.
        let nearest = exact[0].squared.squareRoot()
        let largest = (nearest - exact[top - 1].squared.squareRoot()) / temperature
        let refined = exact.map(\.row).sorted()
        let rest = terms.blocks.map { block -> Double in
            var skipped = refined.filter(block.contains)[...]
            var sum = 0.0
            for row in block {
                if row == skipped.first {
                    skipped.removeFirst()
                    continue
                }
                let logit = min(largest, (nearest - Double(terms.squared(row).squareRoot())) / temperature)
                // A term below e⁻⁴⁰ does not change the sum.
                if logit > -40 { sum += exp(logit) }
            }
            return sum
        }.reduce(0.0, +)
        entries = NearestRows.entries(exact, top: top, temperature: temperature, rest: rest)
    }

    /// - Parameters:
    ///   - exact: sorted, at least `top` of them.
    ///   - rest: the sum of all other rows' terms in the softmax's denominator, relative to the nearest row.
    static func entries(_ exact: [Candidate], top: Int, temperature: Double, rest: Double) -> [Entry] {
        let nearest = exact[0].squared.squareRoot()
        let total = exact.reduce(0.0) { $0 + exp((nearest - $1.squared.squareRoot()) / temperature) } + rest
        return exact.prefix(top).map { candidate in
            let distance = candidate.squared.squareRoot()
            return Entry(
                row: candidate.row, distance: distance, probability: exp((nearest - distance) / temperature) / total)
        }
    }

    /// Squared distances in single precision, with lower bounds.
    private struct Terms {
        let blocks: RowBlocks
        private let products: ArraySlice<Float>
        private let norms: [Float]
        private let queryNorm: Float
        private let slack: Float

        init(_ query: [Float], _ matrix: PrototypeMatrix, _ products: ArraySlice<Float>) {
            // A root and a power per row cost as much as some dozens of multiplications.
            blocks = RowBlocks(rows: matrix.count, work: 32)
            self.products = products
            norms = matrix.squaredNorms
            queryNorm = Float(query.reduce(0.0) { $0 + Double($1) * Double($1) })
            // |q|² + |p|² − 2q·p cancels when q and p are close. Its error is at most 2(n + 4)u(|q|² + |p|²) with u = 2⁻²⁴
            // (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), so `lower` is a true lower bound.
            slack = 2 * Float(matrix.dimensions + 4) * (Float.ulpOfOne / 2)
        }

        func squared(_ row: Int) -> Float { max(0, queryNorm + norms[row] + products[products.startIndex + row]) }

        func lower(_ row: Int) -> Float { squared(row) - slack * (queryNorm + norms[row]) }
    }

    /// The nearest rows with their exact distances, sorted, at least `top` of them.
    ///
    /// Takes the rows with the smallest lower bounds, and more until no other row can belong to the first `top`. So rounding never changes which
    /// rows are returned.
    private static func refine(
        _ query: [Float], in matrix: PrototypeMatrix, terms: Terms, top: Int
    ) -> [Candidate] {
        let count = matrix.count
        var size = top + 16
        while true {
            let parts = terms.blocks.map { block in
                var smallest = SmallestKeys(capacity: min(size, count))
                for row in block {
                    let lower = terms.lower(row)
                    if lower < smallest.bound { smallest.offer(lower, row: row) }
                }
                return smallest.entries
            }
            var candidates = SmallestKeys(capacity: min(size, count))
            for entry in parts.joined() where entry.key < candidates.bound {
                candidates.offer(entry.key, row: entry.row)
            }
            let exact = candidates.entries.map { Candidate($0.row, query, matrix) }.sorted()
            // Strictly below, because a row that was left out could have an equal distance and a lower character id.
            if size >= count || exact[top - 1].squared < Double(candidates.bound) { return exact }
            size *= 8
        }
    }
}
