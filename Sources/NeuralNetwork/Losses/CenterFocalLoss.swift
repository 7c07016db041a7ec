import Foundation

/// The focal loss of a map of object centers: each logit says whether an object's center lies in its cell. Cells around a center count less
/// the nearer they are, by a target that falls from 1 at the center.
///
/// Source: Law and Deng, "CornerNet", arXiv:1808.01244, equation 1 with α = 2 and β = 4, as Zhou et al., "Objects as Points",
/// arXiv:1904.07850, use it.
public enum CenterFocalLoss {
    /// One cell's loss in nats and its derivative with respect to the logit:
    /// −(1 − p)² log p at a center, else −(1 − target)⁴ p² log(1 − p), with p = sigmoid(logit).
    /// - Parameter target: from 0 to 1; 1 is a center.
    public static func term(logit: Double, target: Double) -> (loss: Double, slope: Double) {
        // The logarithms of sigmoids are computed from the logit, which is exact where p rounds to 0 or 1.
        let logP = -softplus(-logit)
        let logQ = -softplus(logit)
        let (p, q) = (exp(logP), exp(logQ))
        if target >= 1 { return (-q * q * logP, 2 * p * q * q * logP - q * q * q) }
        let rest = 1 - target
        let weight = rest * rest * rest * rest
        return (-weight * p * p * logQ, weight * (p * p * p - 2 * p * p * q * logQ))
    }

    /// log(1 + eˣ).
    private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
