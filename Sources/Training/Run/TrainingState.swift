import NeuralNetwork
import Statistics

/// Where a run stands. Together with a checkpoint's tensors, the rest of the run depends on nothing else.
struct TrainingState: Codable, Equatable {
    /// The epoch in progress, from 0.
    var epoch = 0
    /// Steps done in this epoch.
    var step = 0
    /// The sum of the losses of these steps. The next four are sums as well.
    var loss = 0.0
    var correct = 0
    var asked = 0
    var seconds = 0.0
    var secondsWaiting = 0.0
    /// How many ranks train together, and the time that steps spent on waiting for them and on summing; nil for one.
    var ranks: Int?
    var exchange: RankExchange?
    /// The base rate, if the schedule follows the validation.
    var learningRate: Double
    /// Only if the schedule follows the validation accuracy.
    var plateau: ReduceOnPlateau?
    /// Only if the schedule follows the validation loss.
    var lossPlateau: ReduceOnPlateau?
    /// Only if the run may end before its last epoch.
    var patience: EarlyStopping?
    var stoppedEarly: Bool?
    /// The time that features took before the first epoch.
    var secondsBefore: Double?
    /// Where the starting weights came from.
    var origin: String?
    var history: [EpochRecord] = []

    /// The best epoch so far.
    var best: EpochRecord? { history.last { $0.isBest } }

    /// Whether an epoch is better than all before it, by the validation loss or else by the accuracy; of a detector by F1 less the false boxes
    /// for each picture without a face. Without validation the last epoch is the best.
    func isBest(_ result: ValidationResult) -> Bool {
        guard let best else { return true }
        if let loss = result.loss, let lowest = best.validationLoss { return loss < lowest }
        guard let accuracy = result.accuracy?.mean, let highest = best.validationAccuracy else { return true }
        return accuracy - (result.falseBoxes ?? 0) > highest - (best.falseBoxes ?? 0)
    }

    /// Ends an epoch: keeps its record and lets its validation change the rate, or stop the run.
    mutating func finishEpoch(_ record: EpochRecord) {
        history.append(record)
        epoch += 1
        (step, loss, correct, asked, seconds, secondsWaiting) = (0, 0, 0, 0, 0, 0)
        if ranks != nil { exchange = RankExchange() }
        if let accuracy = record.validationAccuracy {
            learningRate = plateau?.rate(after: 1 - accuracy, current: learningRate) ?? learningRate
        }
        if let loss = record.validationLoss {
            learningRate = lossPlateau?.rate(after: loss, current: learningRate) ?? learningRate
            if patience?.stops(after: loss) ?? false { stoppedEarly = true }
        }
    }
}
