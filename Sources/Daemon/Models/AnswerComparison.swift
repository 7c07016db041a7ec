import API
import FewShot
import Registry
import Statistics

/// Answers about enrolled images under two models or heads. Each image is asked as if it were not enrolled. Rejections do not
/// apply: they belong to other pictures.
struct AnswerComparison {
    /// One of the two ways to answer.
    struct Side: Sendable {
        /// The same images on both sides.
        let support: [Support.Character]
        let head: HeadKind
        /// nil if no picture is unknown.
        let decision: Decision?
        /// The model's own; see ``Model/grouping``.
        let grouping: TwoCovariance?
    }

    /// Embeddings of about so many images are read.
    static let mostRead = 50_000
    /// At most so many images are asked: of heads without a fit, and of other heads, which must be fitted five times.
    private static let (mostAsked, mostAskedOfHeads) = (20_000, HeadComparison.mostPictures)

    private let support: [Support.Character]
    private let asked: [(label: Int, picture: Int)]
    /// The index of the named character in `support`; nil for unknown.
    private let (before, after): ([Int?], [Int?])

    /// - Throws: ``DataSetError`` if a head cannot be fitted.
    init(before: Side, after: Side) throws(DataSetError) {
        support = before.support
        let isFast = before.isFast && after.isFast
        let width = max(before.support.first?.embeddings[0].count ?? 1, after.support.first?.embeddings[0].count ?? 1)
        asked = LeaveOneOut.places(
            support.map(\.images.count),
            atMost: LeaveOneOut.limit(
                isFast ? Self.mostAsked : Self.mostAskedOfHeads, classes: support.count, width))
        self.before = try Self.answers(before, asked, byRounds: !isFast)
        self.after = try Self.answers(after, asked, byRounds: !isFast)
    }

    /// - Parameter byRounds: whether to leave out a group of pictures at a time, as heads with a fit need it. It must be
    ///   equal for both sides.
    private static func answers(
        _ side: Side, _ asked: [(label: Int, picture: Int)], byRounds: Bool
    ) throws(DataSetError) -> [Int?] {
        let embeddings = side.support.map(\.embeddings)
        let answers = LeaveOneOut(embeddings, model: side.decision?.covariance, grouping: side.grouping, asked: asked)
            .answers
        let named =
            byRounds
            ? try HeadAnswers(
                side.head, support: embeddings, asked: asked, covariance: side.decision?.covariance ?? .typical,
                grouping: side.decision == nil ? nil : side.grouping
            ).labels : nil
        return answers.indices.map { index in
            // The likeliest character's probability decides on unknown, whichever head ranks.
            let answer = answers[index]
            if let probability = answer.probability, let decision = side.decision, probability < decision.threshold {
                return nil
            }
            return named?[index] ?? (answer.isRight ? answer.label : answer.other ?? answer.label)
        }
    }

    /// - Parameter images: the number of enrolled images.
    func changes(images: Int) -> AnswerChanges {
        let changed = asked.indices.filter { before[$0] != after[$0] }
        func counts(_ answers: [Int?]) -> AnswerCounts {
            AnswerCounts(
                right: zip(answers, asked).count { $0 == $1.label }, unknown: answers.count { $0 == nil })
        }
        return AnswerChanges(
            totals: AnswerTotals(
                images: images, asked: asked.count, before: counts(before), after: counts(after),
                changed: changed.count),
            changes: changed.map { index in
                let place = asked[index]
                return ChangedAnswer(
                    image: support[place.label].images[place.picture], character: support[place.label].name,
                    before: before[index].map { support[$0].name }, after: after[index].map { support[$0].name })
            })
    }
}

extension AnswerComparison.Side {
    /// Whether one pass over the images gives the head's answers.
    fileprivate var isFast: Bool { head == .posterior || (head == .mean && decision == nil) }
}
