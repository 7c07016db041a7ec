import Statistics
import Testing

@testable import Detection

/// Which boxes are right, and the figures that follow.
@Suite struct ScoresTests {
    private typealias Picture = DetectionScores.Picture

    private func box(_ left: Double, _ top: Double, _ side: Double) -> BoxEdges {
        BoxEdges(left: left, top: top, right: left + side, bottom: top + side)
    }

    @Test func `overlap is the shared part of the joint area`() {
        #expect(box(0, 0, 10).overlap(box(5, 0, 10)) == 50.0 / 150)
        #expect(box(0, 0, 10).overlap(box(0, 0, 10)) == 1)
        #expect(box(0, 0, 10).overlap(box(10, 0, 10)) == 0)
        #expect(box(0, 0, 0).overlap(box(0, 0, 0)) == 0)
        #expect(box(2, 2, 5).isNested(box(0, 0, 20)))
        #expect(!box(-3, 0, 5).isNested(box(0, 0, 20)))
    }

    @Test func `each face is found once, by the box with the best score`() {
        let picture = Picture(
            kind: "a", truth: [box(0, 0, 10), box(100, 0, 10)],
            found: [(box(1, 0, 10), 0.5), (box(0, 0, 10), 0.9), (box(40, 0, 10), 0.7), (box(104, 4, 10), 0.6)])
        #expect(picture.faces == 2)
        #expect(picture.found.map(\.score) == [0.9, 0.7, 0.6, 0.5])
        // The last but one shares 36 of 164 pixels.
        #expect(picture.found.map(\.isRight) == [true, false, false, false])
    }

    @Test func `a box where a face may be does not count, right or wrong`() {
        let picture = Picture(
            kind: "a", truth: [box(0, 0, 10)], ignored: [box(30, 0, 10), box(2, 2, 10)],
            found: [(box(0, 0, 10), 0.9), (box(32, 0, 10), 0.8), (box(38, 0, 10), 0.7), (box(60, 0, 10), 0.6)])
        #expect(picture.found.map(\.score) == [0.9, 0.7, 0.6])
        #expect(picture.found.map(\.isRight) == [true, false, false])
    }

    @Test func `of two faces a box takes the one that it overlaps more`() {
        let picture = Picture(
            kind: "a", truth: [box(0, 0, 10), box(4, 0, 10)], found: [(box(3, 0, 10), 0.9), (box(0, 0, 10), 0.8)])
        #expect(picture.found.map(\.isRight) == [true, true])
    }

    /// Four faces in two pictures; three found, one of them above a false box, one below.
    private var pictures: [Picture] {
        [
            Picture(
                kind: "a", truth: [box(0, 0, 10), box(50, 0, 10)],
                found: [(box(0, 0, 10), 0.9), (box(20, 0, 10), 0.8), (box(50, 0, 10), 0.7)]),
            Picture(
                kind: "a", truth: [box(0, 0, 10), box(50, 0, 10)], found: [(box(0, 0, 10), 0.6), (box(9, 0, 9), 0.2)]),
            Picture(kind: "b", truth: [], found: [(box(0, 0, 10), 0.65), (box(0, 50, 10), 0.1)]),
            Picture(kind: "b", truth: [], found: []),
        ]
    }

    @Test func `figures at a threshold`() throws {
        let scores = DetectionScores(pictures, threshold: 0.5)
        #expect(scores.precision?.mean == 3.0 / 4)
        #expect(scores.recall?.mean == 3.0 / 4)
        #expect(scores.f1?.mean == 2 * 3.0 / 8)
        #expect(scores.falseBoxes?.mean == 0.5)
        #expect((scores.pictures, scores.faces, scores.facelessPictures) == (4, 4, 2))
        // Right at ranks 1, 3 and 4: precisions 1, 2/3 and 3/4, of which the second rises to the third.
        let expected = (1 + 0.75 + 0.75) / 4
        #expect(abs((scores.averagePrecision?.mean ?? 0) - expected) < 1e-12)
        let f1 = try #require(scores.f1)
        #expect(f1.low < f1.mean && f1.mean < f1.high)
        #expect(DetectionScores(pictures, threshold: 0.5) == scores)
    }

    @Test func `the best threshold weighs faces against false boxes`() {
        // From 0.66 on there is no false box without a face: 2 right, 1 wrong of 4 faces; from 0.81 on 1 right and none wrong.
        #expect(DetectionScores.bestThreshold(pictures) >= 0.66)
        #expect(DetectionScores.bestThreshold(pictures) <= 0.7)
        #expect(DetectionScores.bestThreshold(Array(pictures.prefix(2))) <= 0.6)
    }

    @Test func `pictures of one kind only leave the other figures out`() {
        let scores = DetectionScores([pictures[2]], threshold: 0.5)
        #expect(scores.f1 == nil && scores.precision == nil && scores.recall == nil && scores.averagePrecision == nil)
        #expect(scores.falseBoxes?.mean == 1)
        #expect(DetectionScores([pictures[0]], threshold: 0.95).f1?.mean == 0)
        #expect(DetectionScores([pictures[0]], threshold: 0.95).falseBoxes == nil)
    }
}
