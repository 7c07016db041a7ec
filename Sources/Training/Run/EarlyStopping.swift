/// Keras's `EarlyStopping`: counts the epochs since a loss last fell by more than `smallest`. It stops in the last of `patience` epochs.
struct EarlyStopping: Sendable, Codable, Equatable {
    let patience: Int
    let smallest: Double
    private var waited = 0
    private var lowest = Double.greatestFiniteMagnitude

    init(patience: Int, smallest: Double = 0) { (self.patience, self.smallest) = (patience, smallest) }

    /// Takes an epoch's loss and says whether training should stop.
    mutating func stops(after loss: Double) -> Bool {
        if loss < lowest - smallest {
            (lowest, waited) = (loss, 0)
        } else {
            waited += 1
        }
        return waited >= patience
    }
}
