import FewShot
import PlainMath
import Statistics
import Testing

@Suite struct EvaluationTests {
    @Test func `separated classes are never mistaken`() async throws {
        let data = Gaussians.onAxes(classes: 8, each: 10, width: 8, distance: 50, spread: 1, seed: 1)
        let result = try await Evaluation.run(data, way: 5, shot: 1, query: 4, tasks: 100, seed: 1)
        #expect(result.accuracy == 1 && result.interval == 1...1 && result.classes == 8)
    }

    /// Classes of one distribution: chance. Few supports of many pictures, so that tasks hardly depend on each other.
    @Test(arguments: [2, 5]) func `equal classes are guessed`(way: Int) async throws {
        let data = Gaussians.onAxes(classes: 10, each: 200, width: 20, distance: 0, spread: 1, seed: 3)
        let result = try await Evaluation.run(data, way: way, shot: 5, query: 10, tasks: 2000, seed: 2)
        let chance = 1 / Double(way)
        // Three times the interval's half width: once in some hundred million.
        let half = result.interval.upperBound - result.accuracy
        #expect(abs(result.accuracy - chance) < 3 * half, "\(result)")
        #expect(half > 0 && half < 0.01)
    }

    /// The same tasks scored by plain loops; the interval is 1.96 standard errors of their mean.
    @Test func `accuracy and interval are those of the tasks`() async throws {
        let data = Gaussians.onAxes(classes: 7, each: 12, width: 9, distance: 1.5, spread: 1, seed: 4)
        let tasks = 60
        let result = try await Evaluation.run(data, way: 4, shot: 2, query: 5, tasks: tasks, seed: 9)
        var sampler = try EpisodeSampler(sizes: data.map(\.count), way: 4, shot: 2, query: 5, seed: 9)
        let scores = (0..<tasks).map { _ in
            let episode = sampler.next()
            let means = zip(episode.classes, episode.support).map { label, images in
                Direct.mean(images.map { data[label][$0] })
            }
            var right = 0.0
            for (index, label) in episode.classes.enumerated() {
                for image in episode.query[index] where Direct.nearest(data[label][image], means).index == index {
                    right += 1
                }
            }
            return right / 20
        }
        let mean = scores.reduce(0, +) / 60
        let deviation = (scores.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 59).squareRoot()
        let half = 1.96 * deviation / 60.0.squareRoot()
        #expect(abs(result.accuracy - mean) < 1e-12 && mean > 0.3 && mean < 0.95)
        #expect(abs(result.interval.lowerBound - (mean - half)) < 1e-12)
        #expect(abs(result.interval.upperBound - (mean + half)) < 1e-12)
    }

    @Test func `the seed tells the result`() async throws {
        let data = Gaussians.onAxes(classes: 6, each: 12, width: 6, distance: 1, spread: 1, seed: 5)
        func run(_ seed: UInt64) async throws -> Evaluation {
            try await Evaluation.run(data, way: 4, shot: 1, query: 3, tasks: 40, seed: seed)
        }
        let first = try await run(1)
        #expect(try await run(1) == first)
        #expect(try await run(2) != first)
    }

    @Test func `data too small is refused`() async throws {
        let data = Gaussians.onAxes(classes: 3, each: 4, width: 3, distance: 1, spread: 1, seed: 1)
        await #expect(throws: DataSetError.self) {
            try await Evaluation.run(data, way: 4, shot: 1, query: 1, tasks: 2, seed: 1)
        }
        await #expect(throws: DataSetError.self) {
            try await Evaluation.run(data, way: 2, shot: 2, query: 3, tasks: 2, seed: 1)
        }
    }
}
