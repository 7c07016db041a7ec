import NeuralNetwork

extension TrainingConfiguration {
    /// How many ranks train together.
    public var rankCount: Int { ranks ?? 1 }

    /// Episodes or batches that all ranks take in an epoch. Of W ranks, rank r takes number step · W + r of the seed's sequence.
    var batches: Int { steps * rankCount }

    /// The same work on W ranks. An epoch shows as much as before, so it has a Wth of the steps, rounded down, but one at least. A schedule
    /// that counts steps becomes shorter alike; its warm-up stays as long as the run allows.
    /// - Parameter scalesRate: whether to multiply the learning rate by W: the linear scaling rule of Goyal et al., "Accurate, Large
    ///   Minibatch SGD: Training ImageNet in 1 Hour" (arXiv:1706.02677), section 2.1.
    public func divided(among ranks: Int, scalesRate: Bool) -> TrainingConfiguration {
        guard ranks > 1 else { return self }
        var divided = self
        divided.ranks = ranks
        divided.steps = max(1, steps / ranks)
        if scalesRate { divided.descent.learningRate *= Double(ranks) }
        switch schedule {
        case .byStep(let rate):
            divided.schedule = .byStep(rate: rate.divided(by: ranks, length: epochs * divided.steps))
        case .byValidationLoss(let plateau, let decay):
            divided.schedule = .byValidationLoss(plateau: plateau, decay: decay * Double(ranks))
        case .byEpoch, .byValidation: break
        }
        return divided
    }
}

extension LearningRateSchedule {
    /// A schedule of steps for a run of so many steps, a Wth of those before.
    fileprivate func divided(by ranks: Int, length: Int) -> LearningRateSchedule {
        switch self {
        case .constant: self
        case .multiStep(let milestones, let gamma): .multiStep(milestones: milestones.map { $0 / ranks }, gamma: gamma)
        case .cosine(_, let minimum): .cosine(period: max(length, 1), minimum: minimum)
        case .warmUp(let start, let steps, let next):
            .warmUp(
                start: start, epochs: min(steps, length - 1),
                then: next.divided(by: ranks, length: length - min(steps, length - 1)))
        }
    }
}
