/// A mean over draws with its 95 % confidence interval: ± 1.96 standard errors.
public struct Estimate: Sendable, Equatable {
    public let mean: Double
    public let interval: ClosedRange<Double>

    /// Of rates, which lie in 0…1.
    /// - Precondition: two draws at least, since an interval is given.
    init(rates: [Double]) {
        precondition(rates.count >= 2, "an interval needs two draws")
        let count = Double(rates.count)
        let mean = rates.reduce(0, +) / count
        let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let half = 1.96 * (variance / count).squareRoot()
        self.init(mean: mean, interval: max(0, mean - half)...min(1, mean + half))
    }

    init(mean: Double, interval: ClosedRange<Double>) { (self.mean, self.interval) = (mean, interval) }
}
