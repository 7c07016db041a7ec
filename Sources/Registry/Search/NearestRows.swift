import Foundation

/// The characters of a matrix that a measure puts first for one query, with exact distances and with their softmax over all characters.
struct NearestRows {
    struct Entry {
        /// The row of the character's mean.
        let row: Int
        /// Exact Euclidean distance to the mean.
        let distance: Double
        /// The softmax of the measure's logits over all characters.
        let probability: Double
    }

    /// A character with its exact squared distance.
    struct Candidate: Comparable {
        /// The row of its mean.
        let row: Int
        /// To the mean.
        let squared: Double
        let key: Double
        let character: Int64

        /// - Parameter row: of the character's mean.
        init(_ row: Int, _ query: [Float], _ matrix: PrototypeMatrix, _ measure: RowMeasure) {
            self.row = row
            let squared = matrix.exactSquaredDistance(query, row: row)
            self.squared = squared
            key = measure.key(ofCharacter: row, in: matrix) {
                $0 == row ? squared : matrix.exactSquaredDistance(query, row: $0)
            }
            character = matrix.characters[row]
        }

        /// The candidates of rows, sorted; each character once.
        static func all(
            _ rows: some Sequence<Int>, _ query: [Float], _ matrix: PrototypeMatrix, _ measure: RowMeasure
        ) -> [Candidate] {
            guard matrix.hasAppearances else { return rows.map { Candidate($0, query, matrix, measure) }.sorted() }
            return Set(rows.map { matrix.meanRow(of: $0) }).map { Candidate($0, query, matrix, measure) }.sorted()
        }

        /// Equal keys are ordered by the characters' ids.
        static func < (a: Candidate, b: Candidate) -> Bool { (a.key, a.character) < (b.key, b.character) }
    }

    /// The first first; characters with equal keys are ordered by their ids.
    let entries: [Entry]
    /// ln Σ exp(logit) over all characters; −∞ if there are none.
    let logTotal: Double

    /// - Parameters:
    ///   - products: −2 q·p of every row, in single precision.
    ///   - top: how many characters to return.
    init(
        of query: [Float], in matrix: PrototypeMatrix, products: ArraySlice<Float>, top: Int, measure: RowMeasure
    ) {
        guard matrix.count > 0, top > 0 else {
            self.init([], top: top, measure: measure, rest: 0)
            return
        }
        let top = min(top, matrix.characterCount)
        let terms = Terms(query, matrix, products, measure)
        let exact = NearestRows.refine(query, in: matrix, terms: terms, top: top)

        // A stable softmax: every exponent is relative to the first character, so it is at most 0. Refined characters count with their exact
        // distances, the rows of others with the approximate ones, but never as before the last returned character.
        let first = measure.logit(exact[0].key)
        let largest = measure.logit(exact[top - 1].key) - first
        let refined = exact.flatMap { matrix.allRows(of: $0.row) }.sorted()
        let rest = terms.blocks.map { block -> Double in
            var skipped = refined.filter(block.contains)[...]
            var sum = 0.0
            for row in block {
                if row == skipped.first {
                    skipped.removeFirst()
                    continue
                }
                let logit = min(largest, measure.logit(terms.key(row)) + measure.logShare(row) - first)
                // A term below e⁻⁴⁰ does not change the sum.
                if logit > -40 { sum += exp(logit) }
            }
            return sum
        }.reduce(0.0, +)
        self.init(exact, top: top, measure: measure, rest: rest)
    }

    /// - Parameters:
    ///   - exact: sorted, at least `top` of them; none only if there are no rows.
    ///   - rest: the sum of all other characters' terms in the softmax's denominator, relative to the first one.
    init(_ exact: [Candidate], top: Int, measure: RowMeasure, rest: Double) {
        guard let nearest = exact.first else {
            (entries, logTotal) = ([], -.infinity)
            return
        }
        let first = measure.logit(nearest.key)
        let total = exact.reduce(0.0) { $0 + exp(measure.logit($1.key) - first) } + rest
        logTotal = first + log(total)
        entries = exact.prefix(top).map { candidate in
            Entry(
                row: candidate.row, distance: candidate.squared.squareRoot(),
                probability: exp(measure.logit(candidate.key) - first) / total)
        }
    }

    /// Keys from squared distances in single precision, with lower bounds.
    private struct Terms {
        let blocks: RowBlocks
        private let products: ArraySlice<Float>
        private let norms: [Float]
        private let queryNorm: Float
        private let slack: Float
        private let measure: RowMeasure

        init(_ query: [Float], _ matrix: PrototypeMatrix, _ products: ArraySlice<Float>, _ measure: RowMeasure) {
            self.measure = measure
            // A root and a power per row cost as much as some dozens of multiplications.
            blocks = RowBlocks(rows: matrix.count, work: 32)
            self.products = products
            norms = matrix.squaredNorms
            queryNorm = Float(query.reduce(0.0) { $0 + Double($1) * Double($1) })
            // |q|² + |p|² − 2q·p cancels when q and p are close. Its error is at most 2(n + 4)u(|q|² + |p|²) with u = 2⁻²⁴
            // (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), so `lower` is a true lower bound.
            slack = 2 * Float(matrix.dimensions + 4) * (Float.ulpOfOne / 2)
        }

        private func squared(_ row: Int) -> Float {
            max(0, queryNorm + norms[row] + products[products.startIndex + row])
        }

        func key(_ row: Int) -> Double { measure.key(squaredDistance: Double(squared(row)), row: row) }

        func lower(_ row: Int) -> Float {
            let squared = squared(row) - slack * (queryNorm + norms[row])
            return Float(measure.key(squaredDistance: Double(squared), row: row)).nextDown
        }

        func candidates(_ rows: [Int], _ query: [Float], _ matrix: PrototypeMatrix) -> [Candidate] {
            Candidate.all(rows, query, matrix, measure)
        }
    }

    /// The first characters with their exact distances, sorted, at least `top` of them.
    ///
    /// Takes the rows with the smallest lower bounds, and more until no other row's character can belong to the first `top`. So rounding never
    /// changes which characters are returned.
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
            let exact = terms.candidates(candidates.entries.map(\.row), query, matrix)
            // Strictly below, because a row that was left out could have an equal key and a lower character id.
            if size >= count || (exact.count >= top && exact[top - 1].key < Double(candidates.bound)) { return exact }
            size *= 8
        }
    }
}
