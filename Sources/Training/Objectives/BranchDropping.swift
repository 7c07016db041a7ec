import NeuralNetwork
import Randomness

/// Stochastic depth in a run. The seed, the epoch, the step and the pass's number decide which residual branches a pass leaves out.
struct BranchDropping: Sendable {
    /// The probability for the last residual addition; 0 turns stochastic depth off.
    let rate: Double
    let seed: UInt64

    func forward(
        _ images: [Float], _ plan: TrainingPlan, epoch: Int, step: Int, pass: Int = 0
    ) throws(NetworkError) -> TrainingPass {
        guard rate > 0 else { return try plan.forward(images) }
        var stream = SplitMix64(
            seed: seed, RandomStream.stochasticDepth, UInt64(epoch), UInt64(step), UInt64(pass))
        var depth = StochasticDepth(rate: rate, seed: stream.next())
        let count = images.count / plan.input.count
        return try plan.forward(
            images, branchFactors: depth.factors(additions: plan.residualAdditions, images: count))
    }
}
