import Statistics

/// Few-shot accuracy over sampled episodes.
public struct Evaluation: Sendable, Equatable {
    /// Mean over the tasks, 0…1.
    public let accuracy: Double
    /// The 95 % confidence interval of that mean: ± 1.96 standard errors over the tasks.
    public let interval: ClosedRange<Double>
    /// How many classes were drawn from.
    public let classes: Int

    /// Runs episodes on embeddings computed once.
    /// - Parameters:
    ///   - embeddings: for each class, the embeddings of its pictures.
    ///   - head: what answers; the same seed gives every head the same episodes.
    ///   - tasks: how many episodes; at least two, since an interval is given.
    /// - Throws: ``DataSetError`` when the data cannot give such episodes.
    public static func run(
        _ embeddings: [[[Float]]], head: HeadKind = .mean, way: Int, shot: Int, query: Int, tasks: Int, seed: UInt64
    ) async throws(DataSetError) -> Evaluation {
        precondition(tasks >= 2, "an interval needs two tasks")
        var sampler = try EpisodeSampler(
            sizes: embeddings.map(\.count), way: way, shot: shot, query: query, seed: seed)
        let episodes = (0..<tasks).map { _ in sampler.next() }
        let base = BaseMean(embeddings)
        let scores = await withTaskGroup(of: (Int, Double).self) { group in
            for (index, episode) in episodes.enumerated() {
                group.addTask { (index, accuracy(of: episode, embeddings, head, base)) }
            }
            var scores = [Double](repeating: 0, count: tasks)
            for await (index, score) in group { scores[index] = score }
            return scores
        }
        let estimate = Estimate(rates: scores)
        return Evaluation(
            accuracy: estimate.mean, interval: estimate.interval, classes: sampler.eligibleClasses)
    }

    private static func accuracy(
        of episode: EpisodeSampler.Episode, _ embeddings: [[[Float]]], _ kind: HeadKind, _ base: BaseMean
    ) -> Double {
        let head = kind.fit(
            zip(episode.classes, episode.support).map { label, images in images.map { embeddings[label][$0] } },
            baseMean: base.excluding(episode.classes))
        var right = 0
        for (index, label) in episode.classes.enumerated() {
            for image in episode.query[index] where head.nearest(to: embeddings[label][image]).index == index {
                right += 1
            }
        }
        return Double(right) / Double(episode.query.reduce(0) { $0 + $1.count })
    }
}
