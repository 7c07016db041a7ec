import CKernels

/// Batch normalization (Ioffe and Szegedy, arXiv:1502.03167) with PyTorch's conventions: the batch is normalized by its biased
/// variance, the running variance follows the unbiased one, and new values weigh 0.1. Keras gives them 0.01 or 0.001: see
/// docs/training.md.
struct BatchNorm {
    let weight: Parameter
    let bias: Parameter
    let runningMean: Parameter
    let runningVariance: Parameter
    let epsilon: Float

    private static let momentum = 0.1

    /// Frozen norms use the running statistics and keep them.
    var isTrainable: Bool { weight.isTrainable || bias.isTrainable }

    /// The batch's mean and biased variance; updates the running statistics.
    /// - Parameters:
    ///   - moments: of x.
    ///   - rows: N·H·W.
    func batchStatistics(_ x: AlignedBuffer, _ moments: ColumnMoments, rows: Int) -> NormStatistics {
        let (mean, variance) = moments.result(x)
        for channel in mean.indices {
            follow(runningMean, channel, mean[channel])
            follow(runningVariance, channel, variance[channel] * Double(rows) / Double(max(rows - 1, 1)))
        }
        return NormStatistics(self, mean: mean, variance: variance)
    }

    var runningStatistics: NormStatistics {
        NormStatistics(
            self, mean: runningMean.value.values.map(Double.init),
            variance: runningVariance.value.values.map(Double.init))
    }

    private func follow(_ running: Parameter, _ channel: Int, _ value: Double) {
        let old = Double(unsafe running.value.base[channel])
        unsafe running.value.base[channel] = Float((1 - Self.momentum) * old + Self.momentum * value)
    }
}

/// What a batch norm does to one pass: y = x · scale + bias, one value a channel.
struct NormStatistics {
    let mean: AlignedBuffer
    /// 1/√(σ² + ε).
    let inverseDeviation: [Double]
    /// γ/√(σ² + ε).
    let scale: AlignedBuffer
    /// β − μ · scale.
    let bias: AlignedBuffer

    init(_ norm: BatchNorm, mean: [Double], variance: [Double]) {
        let (gamma, beta) = (norm.weight.value.values, norm.bias.value.values)
        inverseDeviation = variance.map { 1 / ($0 + Double(norm.epsilon)).squareRoot() }
        let factors = zip(gamma, inverseDeviation).map { Double($0) * $1 }
        self.mean = AlignedBuffer(mean.map { Float($0) })
        scale = AlignedBuffer(factors.map { Float($0) })
        bias = AlignedBuffer(beta.indices.map { Float(Double(beta[$0]) - mean[$0] * factors[$0]) })
    }

    /// The norm followed by an activation.
    func gate(_ activation: Activation?) -> ck_gate {
        unsafe ck_gate(scale: scale.base, bias: bias.base, activation: activation.cValue)
    }

    /// Sums over rows of a gradient, and of gradient · (x − μ), after the gradient went back through an activation. Swish changes the
    /// gradient in place; see `norm_sums` in ckernels.h.
    func sums(
        _ gradient: AlignedBuffer, x: AlignedBuffer, through activation: Activation?, _ workspace: Workspace
    ) -> ColumnSums.Summation {
        { range, sum, dot in
            let channels = scale.count
            let offset = range.lowerBound * channels
            var gate = unsafe gate(activation)
            unsafe workspace.instructionSet.loops.norm_sums(
                Int64(range.count), Int64(channels), &gate, x.base + offset, mean.base, gradient.base + offset, sum,
                dot)
        }
    }
}
