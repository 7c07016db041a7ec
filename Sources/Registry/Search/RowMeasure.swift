import Statistics

/// How a search compares the rows of a matrix with one query: by distance, or by likelihood.
struct RowMeasure {
    private enum Kind {
        /// The softmax is over −distance / temperature.
        case distance(temperature: Double)
        /// The softmax is over the log-likelihood ratios. The terms are those of each number of pictures.
        case ratio(terms: [TwoCovariance.Terms], counts: [Int32], squaredNorms: [Float], squaredQuery: Double)
    }

    /// Above so many pictures, more make no difference: the shrinkage differs from 1 by less than a thousandth.
    static let mostCounted = 4096

    private let kind: Kind

    /// - Parameter temperature: positive.
    init(temperature: Double) { kind = .distance(temperature: temperature) }

    /// - Parameter terms: see ``terms(of:in:)``.
    init(_ terms: [TwoCovariance.Terms], of query: [Float], in matrix: PrototypeMatrix) {
        kind = .ratio(
            terms: terms, counts: matrix.counts, squaredNorms: matrix.squaredNorms,
            squaredQuery: query.reduce(0) { $0 + Double($1) * Double($1) })
    }

    /// The terms of a model for every number of pictures in a matrix; the first is for one picture.
    static func terms(of model: TwoCovariance, in matrix: PrototypeMatrix) -> [TwoCovariance.Terms] {
        let most = min(Int(matrix.counts.max() ?? 1), mostCounted)
        return (1...max(1, most)).map { model.terms(count: $0) }
    }

    /// What the rows are ordered by, smallest first. It grows with the distance.
    func key(squaredDistance: Double, row: Int) -> Double {
        switch kind {
        case .distance: return squaredDistance
        case .ratio(let terms, let counts, let norms, let query):
            let count = min(Int(counts[row]), terms.count)
            return -terms[count - 1].ratio(
                squaredDistance: squaredDistance, squaredMean: Double(norms[row]), squaredQuery: query)
        }
    }

    /// Replaces squared distances by keys.
    /// - Parameters:
    ///   - values: of the rows, from the first row on.
    ///   - rows: those to replace.
    func turnToKeys(_ values: UnsafeMutablePointer<Float>, _ rows: Range<Int>) {
        guard case .ratio = kind else { return }
        for row in rows {
            unsafe values[row] = Float(key(squaredDistance: Double(values[row]), row: row))
        }
    }

    /// The exponent of the softmax for a key.
    func logit(_ key: Double) -> Double {
        switch kind {
        case .distance(let temperature): return -max(0, key).squareRoot() / temperature
        case .ratio: return -key
        }
    }
}
