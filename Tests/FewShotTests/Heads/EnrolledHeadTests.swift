import Foundation
import PlainMath
import Testing

@testable import FewShot

/// Heads fitted on a whole registry.
struct EnrolledHeadTests {
    private static func data(_ classes: Int, images: Int, seed: UInt64) -> [[[Float]]] {
        var gaussians = Gaussians(seed: seed)
        return gaussians.classes(
            classes, images: images, deviations: [Double](repeating: 0.5, count: 24),
            spread: [Double](repeating: 0.5, count: 24))
    }

    @Test(arguments: HeadKind.allCases) func `candidates are the head's, with the softmax of its distances`(
        kind: HeadKind
    ) throws {
        let data = Self.data(7, images: 9, seed: 1)
        let support = data.map { Array($0.prefix(6)) }
        let head = try EnrolledHead(kind, support: support, meanTemperature: 0.3)
        let base = Direct.mean(support.map { Direct.mean($0.map { $0.map(Double.init) }) }).map { Float($0) }
        let alone = kind.fit(support, baseMean: base)
        for query in data.flatMap({ $0.suffix(3) }) {
            let distances = alone.distances(to: query)
            let all = head.candidates(for: query, top: 100)
            #expect(all.map(\.index).sorted() == Array(0..<7))
            #expect(all[0].index == alone.nearest(to: query).index)
            for candidate in all {
                let expected = distances[candidate.index]
                #expect(abs(candidate.distance - expected) <= 1e-5 * max(1, expected))
            }
            let weights = all.map { exp(-Double($0.distance) / head.temperature) }
            for (candidate, weight) in zip(all, weights) {
                #expect(abs(candidate.probability - weight / weights.reduce(0, +)) < 1e-9)
            }
            #expect(zip(all, all.dropFirst()).allSatisfy { $0.distance <= $1.distance })
            #expect(head.candidates(for: query, top: 2) == Array(all.prefix(2)))
        }
    }

    /// Whatever is asked, a head whose distances are the mean's is calibrated as the mean is.
    @Test(arguments: [1, 2, 5]) func `the mean keeps its temperature`(images: Int) throws {
        let head = try EnrolledHead(.mean, support: Self.data(6, images: images, seed: 2), meanTemperature: 0.17)
        #expect(abs(head.temperature / 0.17 - 1) < 1e-4)
    }

    /// On pictures that no fit has seen.
    @Test(arguments: HeadKind.allCases, [2, 3, 5]) func `a head is as sure as the mean is`(
        kind: HeadKind, images: Int
    ) throws {
        let data = Self.data(12, images: 60, seed: 3)
        let support = data.map { Array($0.prefix(images)) }
        let head = try EnrolledHead(kind, support: support, meanTemperature: 0.25)
        let mean = try EnrolledHead(.mean, support: support, meanTemperature: 0.25)
        let queries = data.flatMap { $0.suffix(50) }
        func confidence(_ head: EnrolledHead) -> Double {
            queries.reduce(0) { $0 + head.candidates(for: $1, top: 1)[0].probability } / Double(queries.count)
        }
        // Few pictures tell little: of two, one is left to fit on; local Fisher, which fits directions, needs more than the rest.
        let tolerance =
            switch (kind, images) {
            case (.localFisher, ...3): 0.35
            case (_, 2): 0.2
            case (.localFisher, _): 0.1
            default: 0.06
            }
        #expect(abs(confidence(head) - confidence(mean)) < tolerance)
    }

    @Test func `what is asked was left out, and no class is left with a lone picture`() {
        let sizes = [1, 2, 3, 5, 40]
        let support = sizes.enumerated().map { label, size in (0..<size).map { [Float(label), Float($0)] } }
        let rounds = MatchedTemperature.rounds(of: support)
        #expect(rounds.count == 5)
        for round in rounds {
            for (before, after) in zip(support, round.support) { #expect(after.count >= min(2, before.count)) }
            for question in round.questions { #expect(!round.support.joined().contains(question)) }
            #expect(round.questions.count + round.support.joined().count == sizes.reduce(0, +))
        }
        #expect(Set(rounds.flatMap(\.questions)).count == 3 + 5 + 5)
        let many = MatchedTemperature.rounds(of: (0..<1000).map { label in (0..<3).map { [Float(label), Float($0)] } })
        #expect(many.count == 1 && many[0].questions.count == 256 && Set(many[0].questions.map { $0[0] }).count == 256)
        let lone = MatchedTemperature.rounds(of: [[[1, 2]], [[3, 4], [5, 6]]])
        #expect(lone.count == 1 && lone[0].questions == [[1, 2], [3, 4], [5, 6]])
        #expect(lone[0].support == [[[1, 2]], [[3, 4], [5, 6]]])
    }

    @Test(arguments: HeadKind.allCases) func `degenerate registries give probabilities`(kind: HeadKind) throws {
        for support: [[[Float]]] in [
            [[[1, 2]]], [[[1, 2], [3, 4], [1, 1]]], [[[0, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]]],
            [[[1, 0]], [[1, 0]]],
        ] {
            let head = try EnrolledHead(kind, support: support, meanTemperature: 1)
            let candidates = head.candidates(for: [1, 1], top: 9)
            #expect(candidates.count == support.count)
            #expect(abs(candidates.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
        }
    }

    @Test func `a head has limits, and says them`() throws {
        let fits = { (kind: HeadKind, sizes: [Int], width: Int) in
            (try? kind.checkLimits(sizes: sizes, width: width)) != nil
        }
        let crowd = [Int](repeating: 5, count: 100_000)
        for kind in HeadKind.allCases { #expect(fits(kind, crowd, 320) == !kind.needsFit, "\(kind.rawValue)") }
        #expect(fits(.localFisher, [1000, 5], 320) && !fits(.localFisher, [1001, 5], 320))
        #expect(fits(.cl2n, [1001, 5], 320) && fits(.cl2n, [], 320))
        let characters = HeadKind.maximumCovarianceValues / (320 * 320)
        #expect(fits(.mahalanobis, [Int](repeating: 5, count: characters), 320))
        let error = #expect(throws: DataSetError.self) {
            try HeadKind.mahalanobis.checkLimits(sizes: [Int](repeating: 5, count: characters + 1), width: 320)
        }
        #expect(
            error?.message
                == "the head mahalanobis cannot be fitted on \(characters + 1) characters; its limit is \(characters) of width 320"
        )
    }
}
