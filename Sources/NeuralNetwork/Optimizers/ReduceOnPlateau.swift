/// PyTorch's `ReduceLROnPlateau`, for a metric that should fall: after more than `patience` epochs without an improvement by the
/// relative `threshold`, the rate is multiplied by `factor`. A plain value: encode it to continue later.
public struct ReduceOnPlateau: Sendable, Codable, Equatable {
    public let factor: Double
    public let patience: Int
    public let threshold: Double
    /// Epochs after a reduction in which bad ones do not count.
    public let cooldown: Int
    public let minimum: Double

    private var best = Double.greatestFiniteMagnitude
    private var badEpochs = 0
    private var cooldownLeft = 0

    public init(
        factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0, minimum: Double = 0
    ) {
        precondition(factor > 0 && factor < 1, "a factor of \(factor) does not reduce")
        (self.factor, self.patience, self.threshold) = (factor, patience, threshold)
        (self.cooldown, self.minimum) = (cooldown, minimum)
    }

    /// A change smaller than this is none, as in PyTorch.
    private static let smallestChange = 1e-8

    /// Takes an epoch's metric.
    /// - Returns: the rate for the next epoch.
    public mutating func rate(after metric: Double, current: Double) -> Double {
        if metric < best * (1 - threshold) {
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
        return current - reduced > Self.smallestChange ? reduced : current
    }
}
