import Foundation
import Testing

@testable import Statistics

/// The groups that a character's pictures fall into, and the means made of them.
@Suite struct AppearanceTests {
    static let model = TwoCovariance(between: 20, within: 0.4, dimensions: 8)

    /// Numbers from −0.5 to 0.5 that depend on a seed.
    private struct Draws {
        var state: UInt64
        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) - 0.5
        }
    }

    /// Pictures about an axis of their own.
    private static func pictures(_ count: Int, axis: Int, spread: Float = 0.3, seed: UInt64) -> [[Float]] {
        var draws = Draws(state: seed)
        return (0..<count).map { _ in (0..<20).map { ($0 == axis ? 1 : 0) + spread * draws.next() } }
    }

    private static func groups(_ pictures: [[Float]]) -> [[Int]] { AppearanceGroups(of: pictures, given: model).groups }

    @Test func `two groups far apart are two appearances, the larger first`() {
        let pictures = Self.pictures(2, axis: 3, seed: 1) + Self.pictures(8, axis: 0, seed: 2)
        #expect(Self.groups(pictures) == [Array(2..<10), [0, 1]])
        let found = AppearanceGroups(of: pictures, given: Self.model)
        #expect(found.places == [1, 1] + [Int](repeating: 0, count: 8))
        #expect(found.appearances(of: pictures).map(\.count) == [8, 2])
    }

    @Test func `pictures that are alike, and too few ones, are one appearance`() {
        #expect(Self.groups(Self.pictures(30, axis: 1, seed: 3)) == [Array(0..<30)])
        #expect(Self.groups([[Float]](repeating: [1, 0, 0], count: 200)) == [Array(0..<200)])
        #expect(Self.groups([[Float]](repeating: [0, 0, 0], count: 5)) == [Array(0..<5)])
        #expect(Self.groups([[1, 0]]) == [[0]] && Self.groups([]).isEmpty)
        #expect(Self.groups([[10, 0], [0, 10]]) == [[0, 1]])
        #expect(AppearanceGroups(of: Self.pictures(5, axis: 0, seed: 1), given: nil).groups == [Array(0..<5)])
    }

    /// The log density of pictures drawn about one unknown center: the product of the densities of each given those before it.
    private static func likelihood(_ pictures: [[Float]]) -> Double {
        let (b, w, half) = (model.between, model.within, model.dimensions / 2)
        var sum = [Double](repeating: 0, count: pictures[0].count)
        var total = 0.0
        for (seen, picture) in pictures.enumerated() {
            let information = Double(seen) * b + w
            let variance = w + b * w / information
            let square = zip(picture, sum).reduce(0) {
                $0 + (Double($1.0) - $1.1 * b / information) * (Double($1.0) - $1.1 * b / information)
            }
            total -= half * (square / variance + log(variance))
            for index in sum.indices { sum[index] += Double(picture[index]) }
        }
        return total
    }

    /// The best merge of all, again and again, by whole likelihoods.
    private static func bruteForce(_ pictures: [[Float]]) -> [[Int]] {
        var groups = pictures.indices.map { [$0] }
        func value(_ group: [Int]) -> Double { likelihood(group.map { pictures[$0] }) }
        while groups.count > 1 {
            var best = (gain: -Double.infinity, first: 0, second: 0)
            for second in groups.indices {
                for first in 0..<second {
                    let gain = value(groups[first] + groups[second]) - value(groups[first]) - value(groups[second])
                    if gain > best.gain { best = (gain, first, second) }
                }
            }
            guard best.gain >= -3 else { break }
            groups[best.first] += groups.remove(at: best.second)
        }
        return groups.map { $0.sorted() }.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    @Test(arguments: 1...12) func `groups are those of the whole likelihood`(seed: UInt64) {
        // Some sets fall into one group and some into several.
        let spread = Float(seed) * 0.15
        let pictures = (0..<3).flatMap { axis in
            Self.pictures(axis * 3 + 2, axis: axis, spread: spread, seed: seed &* 10 &+ UInt64(axis))
        }
        #expect(Self.groups(pictures) == Self.bruteForce(pictures))
    }

    /// Only so many are compared in pairs; the others join the groups of these.
    @Test func `thousands of pictures are grouped by some of them`() {
        let (many, few) = (Self.pictures(4000, axis: 0, seed: 5), Self.pictures(1000, axis: 7, seed: 6))
        var pictures: [[Float]] = []
        for number in 0..<1000 {
            let four = Array(many[4 * number..<4 * number + 4])
            pictures += [four[0], four[1], few[number], four[2], four[3]]
        }
        let groups = Self.groups(pictures)
        #expect(groups.map(\.count) == [4000, 1000] && groups[1] == Array(stride(from: 2, to: 5000, by: 5)))
        #expect(AppearanceGroups.mostCompared < 200)
    }

    @Test func `a row lies halfway to the mean of all, and counts the other pictures half`() {
        let rows = Appearance.rows([Appearance(mean: [1, 0], count: 8), Appearance(mean: [0, 1], count: 2)])
        #expect(rows.map(\.count) == [9, 6] && rows.map(\.share) == [0.8, 0.2])
        // The mean of all is (0.8, 0.2).
        #expect(rows.map(\.vector) == [[0.9, 0.1], [0.4, 0.6]])
        #expect(Appearance.rows([Appearance(mean: [1, 2], count: 3)]).map(\.vector) == [[1, 2]])
    }

    @Test func `a picture is taken out of its appearance, which goes with its last one`() {
        let two = [Appearance(of: [[2, 0], [4, 0]]), Appearance(of: [[0, 5]])]
        #expect(
            Appearance.removing([2, 0], from: 0, of: two)
                == [Appearance(mean: [4, 0], count: 1), Appearance(mean: [0, 5], count: 1)])
        #expect(Appearance.removing([0, 5], from: 1, of: two) == [Appearance(mean: [3, 0], count: 2)])
        #expect(Appearance.common(two) == [2, Float(5.0 / 3)])
    }

    /// A character is as likely as the mixture of its appearances.
    @Test func `a picture of a rare appearance is likelier with it`() {
        let rows = Appearance.rows([Appearance(mean: [1, 0, 0], count: 8), Appearance(mean: [0, 1, 0], count: 2)])
        let query: [Float] = [0, 0.9, 0.1]
        func seen(_ vector: [Float], _ count: Double, _ share: Double) -> SeenMean {
            SeenMean(
                squaredDistance: zip(vector, query).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) },
                squaredLength: vector.reduce(0) { $0 + Double($1 * $1) }, count: count, share: share)
        }
        let square = query.reduce(0) { $0 + Double($1 * $1) }
        func ratio(_ mean: SeenMean) -> Double {
            Self.model.terms(count: mean.count).ratio(
                squaredDistance: mean.squaredDistance, squaredMean: mean.squaredLength, squaredQuery: square)
        }
        let means = rows.map { seen($0.vector, $0.count, $0.share) }
        let together = SeenCharacter(squaredDistance: 0, means: means).ratio(squaredQuery: square) {
            Self.model.terms(count: $0)
        }
        let expected = log(0.8 * exp(ratio(means[0])) + 0.2 * exp(ratio(means[1])))
        #expect(abs(together - expected) < 1e-9)
        #expect(together > ratio(seen([0.8, 0.2, 0], 10, 1)))
    }
}
