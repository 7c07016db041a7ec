import Foundation
import Statistics

/// How a search compares the rows of a matrix with one query: by distance, or by likelihood.
///
/// By distance, a character counts by the row of its mean. By likelihood, it counts by that row or by those of its appearances: its
/// likelihood is the mean of theirs, weighed by their shares.
struct RowMeasure {
    private enum Kind {
        /// The softmax is over −distance / temperature.
        case distance(temperature: Double)
        /// The softmax is over the log-likelihood ratios. The terms are those of each number of half pictures, from 0.
        case ratio(terms: [TwoCovariance.Terms], counts: [Int32], squaredNorms: [Float], squaredQuery: Double)
    }

    /// Above so many pictures, more make no difference: the shrinkage differs from 1 by less than a thousandth.
    static let mostCounted = 4096

    private let kind: Kind
    /// Which rows are means, and the logarithms of the rows' shares; nil if no character has several appearances.
    private let several: (isMean: [Bool], logShares: [Float])?

    /// - Parameter temperature: positive.
    init(temperature: Double, in matrix: PrototypeMatrix) {
        kind = .distance(temperature: temperature)
        several = matrix.hasAppearances ? (matrix.isMean, matrix.logShares) : nil
    }

    /// - Parameter terms: see ``terms(of:asked:in:)``.
    init(_ terms: [TwoCovariance.Terms], of query: [Float], in matrix: PrototypeMatrix) {
        kind = .ratio(
            terms: terms, counts: matrix.doubledCounts, squaredNorms: matrix.squaredNorms,
            squaredQuery: query.reduce(0) { $0 + Double($1) * Double($1) })
        several = matrix.hasAppearances ? (matrix.isMean, matrix.logShares) : nil
    }

    /// The terms of a model for every number of half pictures in a matrix, from 0.
    /// - Parameter asked: the number of independent pictures behind a query.
    static func terms(
        of model: TwoCovariance, asked: Double, in matrix: PrototypeMatrix
    ) -> [TwoCovariance.Terms] {
        let most = max(2, min(Int(matrix.doubledCounts.max() ?? 2), 2 * mostCounted))
        // No row rests on half a picture.
        return [.impossible, .impossible] + (2...most).map { model.terms(count: Double($0) / 2, asked: asked) }
    }

    /// What the rows are ordered by, smallest first. It grows with the distance, and is infinite if the row does not count. A character's key
    /// is at least that of one of its rows.
    func key(squaredDistance: Double, row: Int) -> Double {
        switch kind {
        case .distance: return several.map { $0.isMean[row] } ?? true ? squaredDistance : .infinity
        case .ratio(let terms, let counts, let norms, let query):
            let count = min(Int(counts[row]), terms.count - 1)
            return -terms[count].ratio(
                squaredDistance: squaredDistance, squaredMean: Double(norms[row]), squaredQuery: query)
        }
    }

    /// A character's key: that of its mean, or of its appearances together.
    /// - Parameters:
    ///   - row: of its mean.
    ///   - squaredDistances: to a row.
    func key(ofCharacter row: Int, in matrix: PrototypeMatrix, _ squaredDistance: (_ row: Int) -> Double) -> Double {
        guard several != nil, case .ratio = kind else { return key(squaredDistance: squaredDistance(row), row: row) }
        let rows = matrix.likelihoodRows(of: row)
        return -SeenMean.mixture(rows.count) { index in
            let row = rows[index]
            return (-key(squaredDistance: squaredDistance(row), row: row), exp(logShare(row)))
        }
    }

    /// The logarithm of a row's share in its character's likelihood.
    func logShare(_ row: Int) -> Double { several.map { Double($0.logShares[row]) } ?? 0 }

    /// Replaces squared distances by keys.
    /// - Parameters:
    ///   - values: of the rows, from the first row on.
    ///   - rows: those to replace.
    func turnToKeys(_ values: UnsafeMutablePointer<Float>, _ rows: Range<Int>) {
        if case .distance = kind, several == nil { return }
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
