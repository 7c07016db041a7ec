import CKernels

/// Batch normalisation (Ioffe and Szegedy, arXiv:1502.03167) with PyTorch's conventions: the batch is normalised by its biased
/// variance, the running variance follows the unbiased one, and new values weigh 0.1.
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
    /// - Parameter rows: N·H·W.
    func batchStatistics(_ x: AlignedBuffer, rows: Int, _ workspace: Workspace) -> NormStatistics {
        let channels = weight.value.count
        // The first row as shift: sums of squares of the plain values would cancel where the mean is large.
        let totals = unsafe ColumnSums.moments(x, rows: rows, columns: channels, shift: x.base, workspace)
        var mean = [Double](repeating: 0, count: channels)
        var variance = mean
        for channel in 0..<channels {
            let shifted = totals[channel] / Double(rows)
            mean[channel] = Double(unsafe x.base[channel]) + shifted
            variance[channel] = max(totals[channels + channel] / Double(rows) - shifted * shifted, 0)
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

    /// The norm with an activation behind it.
    func gate(_ activation: Activation?) -> ck_gate {
        unsafe ck_gate(scale: scale.base, bias: bias.base, activation: activation.kernelValue)
    }
}
