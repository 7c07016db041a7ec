/// What a training step computes, with its parameters.
enum StepOperator {
    case convolution(ConvolutionOperator)
    case normalization(NormalizationOperator)
    case other(any TrainingOperator)

    /// - Parameters:
    ///   - shapes: of every node.
    ///   - parameters: those of the whole network, checked.
    init(_ step: TrainingStep, shapes: [Shape], parameters: [String: Parameter], kernels: KernelSet) {
        func parameter(_ name: String) -> Parameter {
            guard let parameter = parameters[name] else { preconditionFailure("\(name) was checked before") }
            return parameter
        }
        let (input, output) = (shapes[step.input], shapes[step.output])
        switch step.kind {
        case .convolution(let settings):
            self = .convolution(
                ConvolutionOperator(
                    settings, input: input, output: output, weight: parameter("\(step.name).weight"),
                    bias: settings.hasBias ? parameter("\(step.name).bias") : nil, kernels: kernels))
        case .normalization(let norm, let scale, _, let activation):
            let norm = norm.map { norm in
                BatchNorm(
                    weight: parameter("\(norm.name).weight"), bias: parameter("\(norm.name).bias"),
                    runningMean: parameter("\(norm.name).running_mean"),
                    runningVariance: parameter("\(norm.name).running_var"), epsilon: norm.epsilon)
            }
            self = .normalization(
                NormalizationOperator(shape: output, norm: norm, scale: scale, activation: activation))
        case .pool(let pooling): self = .other(PoolingOperator(pooling, input: input, output: output))
        case .concatenate: self = .other(Concatenation(step.sources.map { shapes[$0] }))
        case .squeezeExcite(let reduced):
            self = .other(
                SqueezeExciteOperator(
                    shape: output, reduced: reduced, reduce: parameter("\(step.name).conv_reduce.weight"),
                    reduceBias: parameter("\(step.name).conv_reduce.bias"),
                    expand: parameter("\(step.name).conv_expand.weight"),
                    expandBias: parameter("\(step.name).conv_expand.bias")))
        }
    }

    var isTrainable: Bool {
        switch self {
        case .convolution(let convolution): convolution.isTrainable
        case .normalization(let normalization): normalization.norm?.isTrainable ?? false
        case .other(let other): other.isTrainable
        }
    }
}
