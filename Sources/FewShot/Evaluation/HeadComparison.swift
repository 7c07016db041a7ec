public import Statistics

/// Compares heads on one support. Every picture gets its answers from fits without it (``HeadAnswers``). Classes with one picture take part
/// but are not asked about.
public struct HeadComparison: Sendable {
    public struct Result: Sendable {
        public let kind: HeadKind
        /// With Wilson's interval over pictures.
        public let accuracy: Estimate
        /// The accuracy less the reference's, with the 95 % interval over classes; nil for the reference itself.
        public let gain: Estimate?
    }

    /// The most pictures asked about. If there are more, evenly spaced ones are chosen.
    public static let mostPictures = 2000

    /// In the order of the kinds, without those that cannot be fitted.
    public let results: [Result]
    /// Heads that cannot be fitted, with the reason for each.
    public let refusals: [(kind: HeadKind, reason: String)]
    /// The number of pictures asked about.
    public let pictures: Int
    /// The best head whose gain has an interval above zero; without any, the reference.
    public let suggestion: HeadKind

    /// - Parameters:
    ///   - support: for each class, at least one embedding, all of one width.
    ///   - reference: the head in use, with which the others are compared.
    ///   - covariance: gives the probabilities of ``HeadKind/posterior``.
    ///   - grouping: the model's own, which finds appearances; nil for one mean each.
    ///   - progress: called with the number of answers so far and in all.
    /// - Throws: ``DataSetError`` if fewer than two classes have two pictures or the reference cannot be fitted, and whatever `progress`
    ///   throws.
    public init(
        _ support: [[[Float]]], kinds: [HeadKind] = HeadKind.allCases, reference: HeadKind,
        covariance: TwoCovariance = .typical, grouping: TwoCovariance? = nil,
        progress: (_ done: Int, _ total: Int) throws(DataSetError) -> Void = { _, _ in }
    ) throws(DataSetError) {
        let eligible = support.indices.filter { support[$0].count > 1 }
        guard eligible.count > 1 else {
            throw DataSetError(
                "comparing heads needs at least two characters with two pictures each; \(eligible.count) of \(support.count) have so many"
            )
        }
        let chosen = LeaveOneOut.places(support.map(\.count), atMost: Self.mostPictures)
        let asked = chosen.count
        let total = asked * Set(kinds + [reference]).count
        var done = 0
        func answers(_ kind: HeadKind) throws(DataSetError) -> [Bool] {
            let answers = try HeadAnswers(
                kind, support: support, asked: chosen, covariance: covariance, grouping: grouping
            ) { () throws(DataSetError) in
                done += 1
                try progress(done, total)
            }
            return zip(answers.labels, chosen).map { $0 == $1.label }
        }
        let base = try answers(reference)
        var results: [Result] = []
        var refusals: [(HeadKind, String)] = []
        let sizes = support.map(\.count)
        for kind in kinds {
            do throws(DataSetError) { try kind.checkLimits(sizes: sizes, width: support[0][0].count) } catch {
                refusals.append((kind, error.message))
                done += asked
                try progress(done, total)
                continue
            }
            let right = kind == reference ? base : try answers(kind)
            results.append(
                Result(
                    kind: kind, accuracy: Estimate(successes: right.count(where: \.self), of: asked),
                    gain: kind == reference ? nil : Self.gain(right, over: base, labels: chosen.map(\.label))))
        }
        self.results = results
        self.refusals = refusals
        pictures = asked
        suggestion =
            results.filter { ($0.gain?.low ?? 0) > 0 }
            .max { $0.accuracy.mean < $1.accuracy.mean }?.kind ?? reference
    }

    /// The mean over pictures. Its standard error uses sums over classes, because the pictures of a class are alike.
    private static func gain(_ right: [Bool], over base: [Bool], labels: [Int]) -> Estimate {
        let differences = zip(right, base).map { ($0 ? 1.0 : 0) - ($1 ? 1.0 : 0) }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        var byClass: [Int: Double] = [:]
        for (label, difference) in zip(labels, differences) { byClass[label, default: 0] += difference - mean }
        let classes = Double(byClass.count)
        let squares = byClass.values.reduce(0) { $0 + $1 * $1 }
        let half = 1.96 * (squares * classes / max(classes - 1, 1)).squareRoot() / count
        return Estimate(mean: mean, interval: mean - half...mean + half)
    }
}
