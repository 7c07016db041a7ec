import NeuralNetwork

/// Where a run stands: with the tensors of a checkpoint, everything that the rest of it depends on.
struct TrainingState: Codable, Equatable {
    /// The epoch to go on with, from 0.
    var epoch = 0
    /// Steps done in it.
    var step = 0
    /// Sums over those steps.
    var loss = 0.0
    var correct = 0
    var asked = 0
    var seconds = 0.0
    var secondsWaiting = 0.0
    /// The rate that the validation has led to, where the schedule follows it.
    var learningRate: Double
    /// Only where the schedule follows the validation's accuracy, or its loss.
    var plateau: ReduceOnPlateau?
    var lossPlateau: LossPlateau?
    /// Only where a run may end before its last epoch.
    var patience: LossProgress?
    var stoppedEarly: Bool?
    /// Of making features before the first epoch.
    var secondsBefore: Double?
    /// Where the starting weights came from.
    var origin: String?
    var history: [EpochRecord] = []

    /// The best epoch so far.
    var best: EpochRecord? { history.last { $0.isBest } }

    /// Whether no epoch before was as good: by the loss on validation pictures, or by few-shot accuracy; without validation the last epoch
    /// is the best.
    func isBest(_ judgement: Judgement) -> Bool {
        guard let best else { return true }
        if let loss = judgement.loss, let lowest = best.validationLoss { return loss < lowest }
        guard let accuracy = judgement.accuracy, let highest = best.validationAccuracy else { return true }
        return accuracy > highest
    }

    /// Takes an epoch's record, and what follows from its validation for those to come.
    mutating func finishEpoch(_ record: EpochRecord) {
        history.append(record)
        epoch += 1
        (step, loss, correct, asked, seconds, secondsWaiting) = (0, 0, 0, 0, 0, 0)
        if let accuracy = record.validationAccuracy {
            learningRate = plateau?.rate(after: 1 - accuracy, current: learningRate) ?? learningRate
        }
        if let loss = record.validationLoss {
            learningRate = lossPlateau?.rate(after: loss, current: learningRate) ?? learningRate
            if patience?.isSpent(after: loss) ?? false { stoppedEarly = true }
        }
    }
}
