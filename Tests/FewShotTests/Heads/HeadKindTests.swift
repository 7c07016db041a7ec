import PlainMath
import Testing

@testable import FewShot

/// What holds for every head of the catalog.
struct HeadKindTests {
    @Test func namesAreTheContract() {
        #expect(
            HeadKind.allCases.map(\.rawValue)
                == ["posterior", "mean", "trimmed-mean", "cl2n", "mahalanobis", "local-fisher"])
    }

    @Test(arguments: HeadKind.allCases) func namesClassesThatLieApart(_ kind: HeadKind) {
        var gaussians = Gaussians(seed: 9)
        let centers = (0..<6).map { _ in gaussians.vector(50).map { $0 * 20 } }
        for shot in [1, 2, 5] {
            let support = centers.map { center in
                (0..<shot).map { _ in zip(center, gaussians.vector(50)).map { $0 + $1 } }
            }
            let head = kind.fit(support, baseMean: gaussians.vector(50))
            for (label, center) in centers.enumerated() {
                let query = zip(center, gaussians.vector(50)).map { $0 + $1 }
                let distances = head.distances(to: query)
                // A log-likelihood ratio has either sign.
                #expect(distances.count == 6 && (kind == .posterior || distances.allSatisfy { $0 >= 0 }))
                #expect(head.nearest(to: query).index == label && head.nearest(to: query).distance == distances.min())
            }
        }
    }

    /// One class, one dimension, supports that are all the same: nothing traps, nothing is NaN.
    @Test(arguments: HeadKind.allCases) func degenerateSupportsGiveNumbers(_ kind: HeadKind) {
        let supports: [[[[Float]]]] = [
            [[[1, 2]]], [[[1, 2], [3, 4]]], [[[1], [2]], [[1], [2]]], [[[0, 0], [0, 0]], [[0, 0], [0, 0]]],
            [[[1, 0], [1, 0], [5, 5]], [[1, 0], [1, 0], [1, 0]]],
        ]
        for support in supports {
            let head = kind.fit(support)
            let distances = head.distances(to: [Float](repeating: 1, count: support[0][0].count))
            #expect(distances.count == support.count && distances.allSatisfy(\.isFinite))
        }
    }

    @Test(arguments: HeadKind.allCases) func theSameSeedGivesTheSameBits(_ kind: HeadKind) async throws {
        var gaussians = Gaussians(seed: 10)
        let data = gaussians.classes(
            8, images: 12, deviations: [Double](repeating: 1, count: 30), spread: [Double](repeating: 0.4, count: 30))
        let support = data.prefix(5).map { Array($0.prefix(4)) }
        let alone = kind.fit(support).distances(to: data[6][0])
        // The same beside other fits.
        let together = await withTaskGroup(of: [Float].self) { group in
            for _ in 0..<16 { group.addTask { kind.fit(support).distances(to: data[6][0]) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.allSatisfy { $0 == alone })
        let runs = [
            try await Evaluation.run(data, head: kind, way: 5, shot: 4, query: 5, tasks: 30, seed: 2),
            try await Evaluation.run(data, head: kind, way: 5, shot: 4, query: 5, tasks: 30, seed: 2),
        ]
        #expect(runs[0] == runs[1])
    }

    @Test func evaluationAnswersWithTheMeanUnlessTold() async throws {
        var gaussians = Gaussians(seed: 11)
        let data = gaussians.classes(
            6, images: 12, deviations: [Double](repeating: 1, count: 9), spread: [Double](repeating: 0.5, count: 9))
        let told = try await Evaluation.run(data, head: .mean, way: 6, shot: 1, query: 5, tasks: 20, seed: 2)
        #expect(try await Evaluation.run(data, way: 6, shot: 1, query: 5, tasks: 20, seed: 2) == told)
        // With one shot the local Fisher head is the mean head; with every class drawn CL2N still answers.
        #expect(
            try await Evaluation.run(data, head: .localFisher, way: 6, shot: 1, query: 5, tasks: 20, seed: 2) == told)
        #expect(
            try await Evaluation.run(data, head: .cl2n, way: 6, shot: 1, query: 5, tasks: 20, seed: 2).accuracy > 0.3)
    }

    @Test(arguments: [HeadKind.mahalanobis, .localFisher]) func beatsTheMeanWhereClassesAreLong(_ kind: HeadKind)
        async throws
    {
        var gaussians = Gaussians(seed: 5)
        let data = gaussians.classes(
            12, images: 30, deviations: [12, 12] + [Double](repeating: 1, count: 8),
            spread: [0, 0] + [Double](repeating: 2, count: 8))
        let mean = try await Evaluation.run(data, way: 5, shot: 8, query: 10, tasks: 60, seed: 1)
        let head = try await Evaluation.run(data, head: kind, way: 5, shot: 8, query: 10, tasks: 60, seed: 1)
        #expect(head.interval.lowerBound > mean.interval.upperBound + 0.1, "\(head.accuracy) and \(mean.accuracy)")
    }
}
