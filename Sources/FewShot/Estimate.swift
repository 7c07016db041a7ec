/// A mean with its 95 % confidence interval: over draws ± 1.96 standard errors, of a share Wilson's.
public struct Estimate: Sendable, Equatable {
    public let mean: Double
    public let interval: ClosedRange<Double>
    /// The interval's ends, the lower one first.
    public var bounds: [Double] { [interval.lowerBound, interval.upperBound] }

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

    /// Of a share: Wilson's interval, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), with z = 1.96.
    /// - Precondition: one was asked at least.
    public init(successes: Int, of asked: Int) {
        precondition(asked > 0 && (0...asked).contains(successes), "\(successes) of \(asked) is no share")
        self.init(share: Double(successes) / Double(asked), of: Double(asked))
    }

    /// The same for a share that is as sure as one of so many would be.
    public init(share: Double, of count: Double) {
        let z = 1.96
        let scale = 1 + z * z / count
        let center = (share + z * z / (2 * count)) / scale
        let half = z / scale * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
        self.init(mean: share, interval: max(0, center - half)...min(1, center + half))
    }

    init(mean: Double, interval: ClosedRange<Double>) { (self.mean, self.interval) = (mean, interval) }
}
