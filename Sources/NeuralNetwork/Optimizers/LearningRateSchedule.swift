import Foundation

/// The learning rate as a function of the epoch. Each case is defined as the PyTorch class in its comment.
///
/// It depends on the epoch only, so a resumed run needs no more than the epoch's number.
public enum LearningRateSchedule: Sendable, Codable, Equatable {
    case constant
    /// `MultiStepLR`: times `gamma` from each milestone on.
    case multiStep(milestones: [Int], gamma: Double)
    /// `CosineAnnealingLR`: from the base rate to `minimum` in `period` epochs, along half a cosine.
    case cosine(period: Int, minimum: Double)
    /// `LinearLR`: the base rate times a factor that goes from `start` to 1 in `epochs` epochs.
    indirect case warmUp(start: Double, epochs: Int, then: LearningRateSchedule)

    /// Half a cosine from the base rate to 0, after a warm-up from a hundredth of the base rate.
    /// - Parameters:
    ///   - length: of both together.
    ///   - warmUp: the warm-up's part of them, less than all; 0 for none.
    public static func cosine(length: Int, warmUp: Int) -> LearningRateSchedule {
        let cosine = LearningRateSchedule.cosine(period: length - warmUp, minimum: 0)
        return warmUp > 0 ? .warmUp(start: 0.01, epochs: warmUp, then: cosine) : cosine
    }

    /// - Parameters:
    ///   - base: the rate that the optimizer was made with.
    ///   - epoch: from 0.
    public func rate(base: Double, epoch: Int) -> Double {
        switch self {
        case .constant: return base
        case .multiStep(let milestones, let gamma):
            return base * pow(gamma, Double(milestones.count { $0 <= epoch }))
        case .cosine(let period, let minimum):
            return minimum + (base - minimum) * (1 + cos(.pi * Double(epoch) / Double(period))) / 2
        case .warmUp(let start, let epochs, let next):
            // After the warm-up the next schedule begins at its own epoch 0, as in SequentialLR.
            if epoch >= epochs { return next.rate(base: base, epoch: epoch - epochs) }
            return base * (start + (1 - start) * Double(epoch) / Double(epochs))
        }
    }
}
