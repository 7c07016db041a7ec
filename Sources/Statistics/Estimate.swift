/// A mean with its 95 % confidence interval.
///
/// Its JSON has the keys `mean`, `low` and `high`.
public struct Estimate: Sendable, Equatable {
    /// The measured value.
    public let mean: Double
    /// The lower end of the interval, at most `high`.
    public let low: Double
    /// The upper end of the interval.
    public let high: Double

    public var interval: ClosedRange<Double> { low...high }

    /// - Precondition: `low` ≤ `high`.
    public init(mean: Double, low: Double, high: Double) {
        precondition(low <= high, "an interval from \(low) to \(high)")
        (self.mean, self.low, self.high) = (mean, low, high)
    }

    public init(mean: Double, interval: ClosedRange<Double>) {
        self.init(mean: mean, low: interval.lowerBound, high: interval.upperBound)
    }

    /// The mean of rates, which lie in 0…1, ± 1.96 standard errors.
    /// - Precondition: there are at least two.
    public init(rates: [Double]) {
        precondition(rates.count >= 2, "an interval needs two rates")
        let count = Double(rates.count)
        let mean = rates.reduce(0, +) / count
        let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let half = 1.96 * (variance / count).squareRoot()
        self.init(mean: mean, low: max(0, mean - half), high: min(1, mean + half))
    }

    /// The share of successes with Wilson's interval.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), with z = 1.96.
    /// - Precondition: `trials` is positive and at least `successes`.
    public init(successes: Int, of trials: Int) {
        precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials) is no share")
        self.init(share: Double(successes) / Double(trials), of: Double(trials))
    }

    /// Wilson's interval for a share, 0…1, that is as certain as the result of `trials` independent trials.
    public init(share: Double, of trials: Double) {
        let z = 1.96
        let scale = 1 + z * z / trials
        let center = (share + z * z / (2 * trials)) / scale
        let half = z / scale * (share * (1 - share) / trials + z * z / (4 * trials * trials)).squareRoot()
        self.init(mean: share, low: max(0, center - half), high: min(1, center + half))
    }
}

extension Estimate: Codable {
    private enum CodingKeys: String, CodingKey { case mean, low, high }

    /// The keys of version 0.1.0: calibrations and bundles held `rate`, `low` and `high`; results of training runs held `value`
    /// and `interval`, an array of two.
    private enum FormerKeys: String, CodingKey { case rate, value, interval }

    /// Reads the present form and both forms of version 0.1.0.
    /// - Throws: `DecodingError`, also when the interval's ends are in the wrong order.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var ends: [Double]?
        do {
            mean = try container.decode(Double.self, forKey: .mean)
        } catch DecodingError.keyNotFound(let key, let context) {
            let former = try decoder.container(keyedBy: FormerKeys.self)
            if let rate = try former.decodeIfPresent(Double.self, forKey: .rate) {
                mean = rate
            } else if let value = try former.decodeIfPresent(Double.self, forKey: .value) {
                mean = value
                ends = try former.decode([Double].self, forKey: .interval)
            } else {
                throw DecodingError.keyNotFound(key, context)
            }
        }
        let bounds =
            try ends ?? [container.decode(Double.self, forKey: .low), container.decode(Double.self, forKey: .high)]
        guard bounds.count == 2, bounds[0] <= bounds[1] else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "the interval has no two ends in order"))
        }
        (low, high) = (bounds[0], bounds[1])
    }
}
