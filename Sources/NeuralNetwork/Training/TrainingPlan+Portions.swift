extension TrainingPlan {
    /// Forward through a convolution in portions, with the norm before it applied where the step does so. Also gives the norm after it
    /// its statistics.
    /// - Returns: the convolution's result.
    func forward(_ step: PortionedStep, at index: Int, _ pass: TrainingPass) throws(NetworkError) -> AlignedBuffer {
        let (output, moments) = try step.convolution.forward(
            input(of: step, at: index, pass), measures: step.normAfter != nil, images: pass.images, workspace)
        if let after = step.normAfter, case .normalization(let norm) = operators[after] {
            pass.statistics[after] = try norm.measure(output, moments: moments, images: pass.images, workspace)
        }
        return output
    }

    /// Backward through the norm after a convolution in portions and the convolution itself. Also sums what the norm before it needs.
    /// - Parameters:
    ///   - index: the convolution's step.
    ///   - gradient: of the norm's result, with what takes it through the norm.
    func backward(
        _ step: PortionedStep, at index: Int, _ gradient: NormedGradient, _ pass: TrainingPass,
        _ gradients: inout NodeGradients
    ) throws(NetworkError) {
        let input = steps[index].input
        pass.values[steps[index].output] = nil
        let learns = operators[index].isTrainable
        let normLearns = step.normBefore.map { operators[$0].isTrainable } ?? false
        let learningNorm = try normLearns ? normBefore(step, pass) : nil
        let result = try step.convolution.backward(
            gradient, input: learns ? self.input(of: step, at: index, pass) : nil,
            needsInputGradient: retention.needsGradient[input], adding: gradients[input], before: learningNorm,
            images: pass.images, workspace)
        gradients.set(input, result.gradient, sums: result.sums)
    }

    /// What the convolution reads.
    private func input(of step: PortionedStep, at index: Int, _ pass: TrainingPass) throws(NetworkError)
        -> ConvolutionInput
    {
        guard step.appliesNormBefore, let norm = try normBefore(step, pass) else {
            return .value(try value(steps[index].input, pass))
        }
        return .through(norm)
    }

    private func normBefore(_ step: PortionedStep, _ pass: TrainingPass) throws(NetworkError) -> NormBefore? {
        guard let before = step.normBefore, let statistics = pass.statistics[before],
            case .normalization(let normalization) = operators[before]
        else { return nil }
        return NormBefore(
            x: try value(steps[before].input, pass), statistics: statistics, activation: normalization.activation)
    }
}
