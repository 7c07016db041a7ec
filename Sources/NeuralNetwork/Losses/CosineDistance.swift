/// The mean of 1 − cos(y, t) over pairs of rows: how far vectors point away from their targets.
public enum CosineDistance {
    /// The mean loss, and its gradient.
    public struct Result: Sendable {
        /// From 0 to 2.
        public let loss: Double
        /// N × D, row-major: of the loss with respect to the rows.
        public let gradient: [Float]
    }

    /// - Parameters:
    ///   - rows: N × D, row-major.
    ///   - targets: N × D, each row of length 1.
    ///   - width: D.
    public static func evaluate(_ rows: [Float], targets: [Float], width: Int) -> Result {
        precondition(rows.count == targets.count, "\(rows.count) values for \(targets.count) of targets")
        let units = UnitRows(rows, width: width)
        var similarity = 0.0
        for index in targets.indices { similarity += Double(units.values[index] * targets[index]) }
        let share = 1 / Float(units.count)
        return Result(
            loss: 1 - similarity / Double(units.count), gradient: units.gradient(targets.map { -share * $0 }))
    }
}
