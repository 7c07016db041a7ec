/// A mean with its 95 % confidence interval. Over draws the interval is ± 1.96 standard errors; for a share it is Wilson's.
public struct Estimate: Sendable, Codable, Equatable {
    public let mean: Double
    public let interval: ClosedRange<Double>

    /// Result files call the mean `value`.
    private enum CodingKeys: String, CodingKey {
        case mean = "value"
        case interval
    }

    /// The interval's ends, the lower one first.
    public var bounds: [Double] { [interval.lowerBound, interval.upperBound] }

    /// The mean of rates, which lie in 0…1.
    /// - Precondition: there are at least two rates, because an interval needs two.
    init(rates: [Double]) {
        precondition(rates.count >= 2, "an interval needs two draws")
        let count = Double(rates.count)
        let mean = rates.reduce(0, +) / count
        let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let half = 1.96 * (variance / count).squareRoot()
        self.init(mean: mean, interval: max(0, mean - half)...min(1, mean + half))
    }

    /// A share with Wilson's interval, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), with z = 1.96.
    /// - Precondition: `asked` is at least 1.
    public init(successes: Int, of asked: Int) {
        precondition(asked > 0 && (0...asked).contains(successes), "\(successes) of \(asked) is no share")
        self.init(share: Double(successes) / Double(asked), of: Double(asked))
    }

    /// A share with Wilson's interval for this number of independent answers, which may be fractional.
    public init(share: Double, of count: Double) {
        let z = 1.96
        let scale = 1 + z * z / count
        let center = (share + z * z / (2 * count)) / scale
        let half = z / scale * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
        self.init(mean: share, interval: max(0, center - half)...min(1, center + half))
    }

    public init(mean: Double, interval: ClosedRange<Double>) { (self.mean, self.interval) = (mean, interval) }
}
