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
    var learningRate: Double
    /// Only where the schedule follows the validation.
    var plateau: ReduceOnPlateau?
    var history: [EpochRecord] = []

    /// The best epoch so far.
    var best: EpochRecord? { history.last { $0.isBest } }

    /// Whether an accuracy is at least as good as all before; without validation the last epoch is the best.
    func isBest(_ accuracy: Double?) -> Bool {
        guard let accuracy, let best = best?.validationAccuracy else { return true }
        return accuracy > best
    }

    mutating func finishEpoch(_ record: EpochRecord) {
        history.append(record)
        epoch += 1
        (step, loss, correct, asked, seconds, secondsWaiting) = (0, 0, 0, 0, 0, 0)
    }
}
