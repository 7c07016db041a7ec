/// What a step computes in training, with its parameters.
enum StepOperator {
    case convolution(TrainingConvolution)
    case normalization(TrainingNormalization)
    case other(any TrainingOperator)

    /// - Parameters:
    ///   - shapes: of every node.
    ///   - parameters: those of the whole network, checked.
    init(_ step: FusedStep, shapes: [Shape], parameters: [String: Parameter], instructionSet: InstructionSet) {
        func parameter(_ name: String) -> Parameter {
            guard let parameter = parameters[name] else { preconditionFailure("\(name) was checked before") }
            return parameter
        }
        let (input, output) = (shapes[step.input], shapes[step.output])
        switch step.kind {
        case .convolution(let settings):
            self = .convolution(
                TrainingConvolution(
                    settings, input: input, output: output, weight: parameter("\(step.name).weight"),
                    bias: settings.hasBias ? parameter("\(step.name).bias") : nil, instructionSet: instructionSet))
        case .elementwise:
            let norm = step.norms.first.map { norm in
                BatchNorm(
                    weight: parameter("\(norm.name).weight"), bias: parameter("\(norm.name).bias"),
                    runningMean: parameter("\(norm.name).running_mean"),
                    runningVariance: parameter("\(norm.name).running_var"), epsilon: norm.epsilon)
            }
            self = .normalization(
                TrainingNormalization(shape: output, norm: norm, scale: step.scale, activation: step.activation))
        case .pool(let pooling): self = .other(TrainingPooling(pooling, input: input, output: output))
        case .concatenate: self = .other(TrainingConcatenation(step.sources.map { shapes[$0] }))
        case .upsample: self = .other(TrainingUpsampling(input: input))
        case .squeezeExcite(let reduced):
            self = .other(
                TrainingSqueezeExcite(
                    shape: output, reduced: reduced, reduce: parameter("\(step.name).conv_reduce.weight"),
                    reduceBias: parameter("\(step.name).conv_reduce.bias"),
                    expand: parameter("\(step.name).conv_expand.weight"),
                    expandBias: parameter("\(step.name).conv_expand.bias")))
        case .copy: preconditionFailure("a graph lowered for training has no copies")
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

extension FusedStep {
    /// Whether the step adds a norm's result and a shortcut.
    var isResidualAddition: Bool { kind == .elementwise && !norms.isEmpty && residual != nil }

    /// Whether backward goes through the activation on its way through the norm: it then makes the activation's slope from the norm's
    /// input, so that it neither reads the step's result nor stores the gradient between the two.
    func gatesInNorm(isTrainable: Bool) -> Bool {
        isTrainable && kind == .elementwise && !norms.isEmpty && residual == nil && activation != nil
    }
}
