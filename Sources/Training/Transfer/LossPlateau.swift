/// Keras's `ReduceLROnPlateau` on a loss: after `patience` epochs in a row that do not bring it below its lowest by more than `smallest`,
/// the base rate is multiplied by `factor`. The defaults are the paper's. A plain value: encode it to continue later.
public struct LossPlateau: Sendable, Codable, Equatable {
    public let factor: Double
    /// The rate does not fall below.
    public let minimum: Double
    private var progress: LossProgress

    public init(factor: Double = 0.2, patience: Int = 3, minimum: Double = 1e-5, smallest: Double = 1e-4) {
        precondition(factor > 0 && factor < 1, "a factor of \(factor) does not reduce")
        (self.factor, self.minimum) = (factor, minimum)
        progress = LossProgress(patience: patience, smallest: smallest)
    }

    /// Takes an epoch's loss.
    /// - Returns: the base rate for the next epoch.
    public mutating func rate(after loss: Double, current: Double) -> Double {
        guard progress.isSpent(after: loss), current > minimum else { return current }
        progress.waited = 0
        return max(current * factor, minimum)
    }
}

/// How many epochs have passed since a loss last fell, as Keras's callbacks count: a fall of `smallest` or less is none, and patience is
/// spent with the last of `patience` epochs, not after it.
struct LossProgress: Sendable, Codable, Equatable {
    let patience: Int
    let smallest: Double
    var waited = 0
    private var lowest = Double.greatestFiniteMagnitude

    init(patience: Int, smallest: Double = 0) { (self.patience, self.smallest) = (patience, smallest) }

    /// Takes an epoch's loss.
    mutating func isSpent(after loss: Double) -> Bool {
        if loss < lowest - smallest {
            (lowest, waited) = (loss, 0)
        } else {
            waited += 1
        }
        return waited >= patience
    }
}
