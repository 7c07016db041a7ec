import Foundation
import PlainMath
import Statistics
import Testing

@testable import FewShot

/// Pictures asked about as if they were not enrolled, against plain loops.
@Suite struct LeaveOneOutTests {
    private static func support(_ count: Int, images: Int, spread: Double = 0.8, seed: UInt64) -> [[[Float]]] {
        var gaussians = Gaussians(seed: seed)
        return gaussians.classes(
            count, images: images, deviations: [Double](repeating: 1, count: 12),
            spread: [Double](repeating: spread, count: 12))
    }

    private struct Stopped: Error {}

    @Test func `a check ends the questions`() {
        let support = (0..<100).map { [[Float($0), 0], [Float($0), 1]] }
        var checks = 0
        #expect(throws: Stopped.self) {
            try LeaveOneOut(support, model: nil) {
                checks += 1
                if checks == 2 { throw Stopped() }
            }
        }
        #expect(checks == 2)
    }

    @Test func `every picture is compared with the others of its class and with all other classes`() {
        var support = Self.support(7, images: 4, seed: 3)
        support[2] = [support[2][0]]
        let asked = LeaveOneOut(support, model: nil)
        #expect(asked.answers.count == 6 * 4 && asked.classes == 7)
        #expect(asked.answers.allSatisfy { $0.label != 2 })
        for answer in asked.answers {
            var left = support
            let query = left[answer.label].remove(at: answer.picture)
            let distances = MeanHead(support: left).distances(to: query)
            let own = distances[answer.label]
            #expect(abs(answer.ownDistance - own) < 1e-4)
            let others = distances.indices.filter { $0 != answer.label }
            #expect(answer.nearer == others.count { distances[$0] < own })
            #expect(answer.other == others.min { distances[$0] < distances[$1] })
        }
        let right = asked.answers.count(where: \.isRight)
        #expect(asked.accuracy == Estimate(successes: right, of: 24))
    }

    @Test func `nobody is asked where no class has two pictures`() {
        let asked = LeaveOneOut([[[1, 2]], [[3, 4]]], model: nil)
        #expect(asked.answers.isEmpty && asked.accuracy == nil)
        #expect(asked.forecast(way: 20) == nil)
        #expect(LeaveOneOut([], model: nil).answers.isEmpty)
    }

    @Test func `a forecast for fewer classes is the mean over all choices of them`() throws {
        let support = Self.support(7, images: 3, spread: 0.5, seed: 5)
        let asked = LeaveOneOut(support, model: nil)
        for way in 2...7 {
            var rates = [[Double]](repeating: [], count: 7)
            for chosen in 0..<1 << 7 where chosen.nonzeroBitCount == way {
                let classes = (0..<7).filter { chosen >> $0 & 1 == 1 }
                for answer in LeaveOneOut(classes.map { support[$0] }, model: nil).answers {
                    rates[classes[answer.label]].append(answer.isRight ? 1 : 0)
                }
            }
            let mean = rates.reduce(0) { $0 + $1.reduce(0, +) / Double($1.count) } / 7
            let forecast = try #require(asked.forecast(way: way))
            #expect(abs(forecast.accuracy.mean - mean) < 1e-9, "\(way)")
            #expect(!forecast.isExtrapolated && forecast.accuracy.interval.contains(mean))
        }
    }

    @Test func `half of the classes foretell all of them`() throws {
        let support = Self.support(160, images: 6, spread: 0.9, seed: 11)
        let all = try #require(LeaveOneOut(support, model: nil).forecast(way: 160)?.accuracy)
        for start in [0, 80] {
            let half = LeaveOneOut(Array(support[start..<start + 80]), model: nil)
            let forecast = try #require(half.forecast(way: 160))
            #expect(forecast.isExtrapolated && forecast.accuracy.interval.contains(all.mean))
            #expect(try #require(half.forecast(way: 80)).accuracy.mean > forecast.accuracy.mean)
        }
    }

    @Test func `where there is much, pictures at even distances are asked`() {
        let asked = LeaveOneOut(Self.support(30, images: 100, seed: 2), model: nil)
        #expect(asked.answers.count == LeaveOneOut.mostPictures)
        #expect(Set(asked.answers.map(\.label)).count == 30)
    }

    @Test func `pairs come nearest first`() {
        let pairs = LeaveOneOut.pairs(among: [[0, 0], [3, 0], [0, 1], [3, 0.5]], nearerThan: 1.5)
        #expect(pairs.map { [$0.first, $0.second] } == [[1, 3], [0, 2]] && pairs.map(\.distance) == [0.5, 1])
    }
}
