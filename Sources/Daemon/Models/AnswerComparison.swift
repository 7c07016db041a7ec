import API
import FewShot
import Registry

/// Enrolled images answered in two ways, each as if it were not enrolled. What was rejected plays no part: it is of other pictures.
struct AnswerComparison {
    /// A way to answer.
    struct Side: Sendable {
        /// The same images in both.
        let support: [Support.Character]
        let head: HeadKind
        let radii: Radii
    }

    /// Images whose embeddings are read, about.
    static let mostRead = 50_000
    /// Images that are asked at most: by the mean, by other heads, which are fitted five times.
    private static let (mostAsked, mostAskedOfHeads) = (20_000, HeadComparison.mostPictures)

    private let support: [Support.Character]
    private let asked: [(label: Int, picture: Int)]
    /// The place of the character that is named; nil for unknown.
    private let (before, after): ([Int?], [Int?])

    /// - Throws: ``DataSetError`` where a head cannot be fitted.
    init(before: Side, after: Side) throws(DataSetError) {
        support = before.support
        let isMean = before.head == .mean && after.head == .mean
        let width = max(before.support.first?.embeddings[0].count ?? 1, after.support.first?.embeddings[0].count ?? 1)
        asked = LeaveOneOut.places(
            support.map(\.images.count),
            atMost: LeaveOneOut.limit(
                isMean ? Self.mostAsked : Self.mostAskedOfHeads, classes: support.count, width))
        self.before = try Self.answers(before, asked, byRounds: !isMean)
        self.after = try Self.answers(after, asked, byRounds: !isMean)
    }

    /// - Parameter byRounds: whether pictures are left out some at a time, as other heads than the mean need it: both sides alike.
    private static func answers(
        _ side: Side, _ asked: [(label: Int, picture: Int)], byRounds: Bool
    ) throws(DataSetError) -> [Int?] {
        let embeddings = side.support.map(\.embeddings)
        let means = LeaveOneOut(embeddings, asked: asked).answers
        let named = byRounds ? try HeadAnswers(side.head, support: embeddings, asked: asked).labels : nil
        return means.indices.map { index in
            // Whichever head ranks, the nearest mean decides whether the picture is of anybody.
            let answer = means[index]
            let nearest = answer.isRight ? answer.label : answer.other ?? answer.label
            let distance = Double(answer.isRight ? answer.ownDistance : answer.otherDistance)
            if let radius = side.radii.of(side.support[nearest].id), distance > radius { return nil }
            return named?[index] ?? nearest
        }
    }

    /// - Parameter images: that are enrolled.
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
