public import Statistics

/// Few-shot accuracy over sampled episodes.
public struct Evaluation: Sendable, Equatable {
    /// The mean over the tasks, 0…1.
    public let accuracy: Double
    /// The 95 % confidence interval of that mean: ± 1.96 standard errors over the tasks.
    public let interval: ClosedRange<Double>
    /// The number of classes that the tasks are drawn from.
    public let classes: Int

    /// Runs episodes on given embeddings.
    /// - Parameters:
    ///   - embeddings: for each class, the embeddings of its pictures.
    ///   - head: the head to evaluate. The same seed gives every head the same episodes.
    ///   - model: gives the probabilities of ``HeadKind/posterior`` and finds appearances; nil for ``TwoCovariance/typical`` and one mean
    ///     each.
    ///   - tasks: the number of episodes. At least two, because an interval needs two.
    /// - Throws: ``DataSetError`` if the classes are too few or too small for such episodes.
    public static func run(
        _ embeddings: [[[Float]]], head: HeadKind = .mean, model: TwoCovariance? = nil, way: Int, shot: Int, query: Int,
        tasks: Int, seed: UInt64
    ) async throws(DataSetError) -> Evaluation {
        precondition(tasks >= 2, "an interval needs two tasks")
        var sampler = try EpisodeSampler(
            sizes: embeddings.map(\.count), way: way, shot: shot, query: query, seed: seed)
        let episodes = (0..<tasks).map { _ in sampler.next() }
        let base = BaseMean(embeddings)
        let scores = await withTaskGroup(of: (Int, Double).self) { group in
            for (index, episode) in episodes.enumerated() {
                group.addTask { (index, accuracy(of: episode, embeddings, head, model, base)) }
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
        of episode: EpisodeSampler.Episode, _ embeddings: [[[Float]]], _ kind: HeadKind, _ model: TwoCovariance?,
        _ base: BaseMean
    ) -> Double {
        let head = kind.fit(
            zip(episode.classes, episode.support).map { label, images in images.map { embeddings[label][$0] } },
            baseMean: base.excluding(episode.classes), covariance: model ?? .typical, grouping: model)
        var right = 0
        for (index, label) in episode.classes.enumerated() {
            for image in episode.query[index] where head.nearest(to: embeddings[label][image]).index == index {
                right += 1
            }
        }
        return Double(right) / Double(episode.query.reduce(0) { $0 + $1.count })
    }
}
