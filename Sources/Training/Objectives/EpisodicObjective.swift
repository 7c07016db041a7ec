import FewShot
import NeuralNetwork
import Randomness

/// Meta-training: every step is an episode with the prototypical loss (the paper's section 2.5; easyfsl's `episodic_training`).
struct EpisodicObjective: Objective {
    struct Batch: Sendable {
        let support: [Float]
        let query: [Float]
    }

    private let maker: BatchMaker
    private let task: TrainingConfiguration.Task
    private let head: EpisodeHead
    private let branches: BranchDropping

    /// - Throws: ``TrainingError`` with `badInput` if the classes are too few or too small for such episodes.
    init(_ maker: BatchMaker, task: TrainingConfiguration.Task, head: EpisodeHead, branches: BranchDropping)
        throws(TrainingError)
    {
        (self.maker, self.task, self.head, self.branches) = (maker, task, head, branches)
        _ = try sampler(seed: 0)
    }

    private func sampler(seed: UInt64) throws(TrainingError) -> EpisodeSampler {
        do {
            return try EpisodeSampler(
                classes: maker.store.data, way: task.way, shot: task.shot, query: task.query, seed: seed)
        } catch { throw TrainingError(error) }
    }

    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch {
        var stream = SplitMix64(seed: maker.seed, RandomStream.episodes, UInt64(epoch), UInt64(step))
        var sampler = try sampler(seed: stream.next())
        let episode = sampler.next()
        func places(_ images: [[Int]]) -> [(label: Int, image: Int)] {
            zip(episode.classes, images).flatMap { label, images in images.map { (label, $0) } }
        }
        let all = try maker.pixels(places(episode.support) + places(episode.query), epoch: epoch, step: step)
        let cut = all.count / (task.shot + task.query) * task.shot
        return Batch(support: Array(all[..<cut]), query: Array(all[cut...]))
    }

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) throws(NetworkError) -> StepResult {
        let support = try branches.forward(batch.support, plan, epoch: epoch, step: step, pass: 0)
        let query = try branches.forward(batch.query, plan, epoch: epoch, step: step, pass: 1)
        let loss = head.loss(support: support.features, query: query.features, task: task)
        try plan.backward(query, gradient: loss.queryGradient)
        try plan.backward(support, gradient: loss.supportGradient)
        return StepResult(loss: loss.loss, correct: loss.correct, asked: task.way * task.query)
    }

    func correct(_ features: [Float], labels: [Int]) -> Int? { nil }

    var classifierParameters: [Parameter] { [] }
}
