/// PyTorch's `ReduceLROnPlateau`, for a metric that should fall: after more than `patience` epochs without an improvement, the rate is
/// multiplied by `factor`. A plain value: encode it to continue later.
public struct ReduceOnPlateau: Sendable, Codable, Equatable {
    /// By how much a metric must fall below the best one to count as an improvement.
    public enum Threshold: Sendable, Equatable {
        /// By this share of the best.
        case relative(Double)
        /// By this difference.
        case absolute(Double)
    }

    public let factor: Double
    public let patience: Int
    public let threshold: Threshold
    /// Epochs after a reduction in which bad ones do not count.
    public let cooldown: Int
    /// The lowest rate.
    public let minimum: Double
    /// A reduction must change the rate by more than this.
    public let smallestChange: Double

    private var best = Double.greatestFiniteMagnitude
    private var badEpochs = 0
    private var cooldownLeft = 0

    /// The defaults are PyTorch's.
    public init(
        factor: Double = 0.1, patience: Int = 10, threshold: Threshold = .relative(1e-4), cooldown: Int = 0,
        minimum: Double = 0, smallestChange: Double = 1e-8
    ) {
        precondition(factor > 0 && factor < 1, "a factor of \(factor) does not reduce")
        (self.factor, self.patience, self.threshold) = (factor, patience, threshold)
        (self.cooldown, self.minimum, self.smallestChange) = (cooldown, minimum, smallestChange)
    }

    /// Keras's callback of that name, with the paper's settings. Keras reduces in the last epoch of its patience, PyTorch in the next one.
    public static func keras(
        factor: Double = 0.2, patience: Int = 3, minimum: Double = 1e-5, threshold: Double = 1e-4
    ) -> ReduceOnPlateau {
        ReduceOnPlateau(
            factor: factor, patience: patience - 1, threshold: .absolute(threshold), minimum: minimum, smallestChange: 0
        )
    }

    /// Takes an epoch's metric.
    /// - Returns: the rate for the next epoch.
    public mutating func rate(after metric: Double, current: Double) -> Double {
        let bound =
            switch threshold {
            case .relative(let share): best * (1 - share)
            case .absolute(let difference): best - difference
            }
        if metric < bound {
            best = metric
            badEpochs = 0
        } else {
            badEpochs += 1
        }
        if cooldownLeft > 0 {
            cooldownLeft -= 1
            badEpochs = 0
        }
        guard badEpochs > patience else { return current }
        cooldownLeft = cooldown
        badEpochs = 0
        let reduced = max(current * factor, minimum)
        return current - reduced > smallestChange ? reduced : current
    }
}

/// Runs of version 0.1.0 kept two forms of this. Both stay readable.
extension ReduceOnPlateau {
    private enum CodingKeys: String, CodingKey {
        case factor, patience, threshold, isAbsolute, cooldown, minimum, smallestChange, best, badEpochs, cooldownLeft
        case progress
    }

    private struct KerasProgress: Decodable {
        let patience: Int
        let smallest: Double
        let waited: Int
        let lowest: Double
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let factor = try values.decode(Double.self, forKey: .factor)
        let minimum = try values.decode(Double.self, forKey: .minimum)
        if let progress = try values.decodeIfPresent(KerasProgress.self, forKey: .progress) {
            self = .keras(
                factor: factor, patience: progress.patience, minimum: minimum, threshold: progress.smallest)
            (best, badEpochs) = (progress.lowest, progress.waited)
            return
        }
        let threshold = try values.decode(Double.self, forKey: .threshold)
        let isAbsolute = try values.decodeIfPresent(Bool.self, forKey: .isAbsolute) ?? false
        self.init(
            factor: factor, patience: try values.decode(Int.self, forKey: .patience),
            threshold: isAbsolute ? .absolute(threshold) : .relative(threshold),
            cooldown: try values.decode(Int.self, forKey: .cooldown), minimum: minimum,
            smallestChange: try values.decodeIfPresent(Double.self, forKey: .smallestChange) ?? 1e-8)
        best = try values.decode(Double.self, forKey: .best)
        badEpochs = try values.decode(Int.self, forKey: .badEpochs)
        cooldownLeft = try values.decode(Int.self, forKey: .cooldownLeft)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(factor, forKey: .factor)
        try values.encode(patience, forKey: .patience)
        switch threshold {
        case .relative(let share): try values.encode(share, forKey: .threshold)
        case .absolute(let difference):
            try values.encode(difference, forKey: .threshold)
            try values.encode(true, forKey: .isAbsolute)
        }
        try values.encode(cooldown, forKey: .cooldown)
        try values.encode(minimum, forKey: .minimum)
        try values.encode(smallestChange, forKey: .smallestChange)
        try values.encode(best, forKey: .best)
        try values.encode(badEpochs, forKey: .badEpochs)
        try values.encode(cooldownLeft, forKey: .cooldownLeft)
    }
}
