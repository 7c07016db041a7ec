import CKernels

/// The gradient of a batch norm's input: scale · g + slope · (x − mean) + offset. With x̂ = (x − μ)/√(σ² + ε), M rows, and sums
/// over them, it is γ/√(σ² + ε) · (g − Σg/M − x̂ · Σ(g·x̂)/M).
struct NormGradient {
    let scale: AlignedBuffer
    let slope: AlignedBuffer
    let mean: AlignedBuffer
    let offset: AlignedBuffer
    /// The activation that g must be taken back through first; nil where it was already.
    let activation: Activation?

    /// Also adds to the gradients of the norm's weight, Σ(g·x̂), and bias, Σg.
    /// - Parameter totals: Σg of every channel, then Σg·(x − μ).
    init(_ norm: BatchNorm, _ statistics: NormStatistics, totals: [Double], rows: Int, activation: Activation?) {
        self.activation = activation
        let channels = totals.count / 2
        let inverse = statistics.inverseDeviation
        (scale, mean) = (statistics.scale, statistics.mean)
        slope = AlignedBuffer(count: channels)
        offset = AlignedBuffer(count: channels)
        for channel in 0..<channels {
            let (sum, dot) = (totals[channel], totals[channels + channel] * inverse[channel])
            let factor = Double(unsafe norm.weight.value.base[channel]) * inverse[channel] / Double(rows)
            unsafe slope.base[channel] = Float(-factor * dot * inverse[channel])
            unsafe offset.base[channel] = Float(-factor * sum)
            if let gradient = norm.weight.gradient { unsafe gradient.base[channel] += Float(dot) }
            if let gradient = norm.bias.gradient { unsafe gradient.base[channel] += Float(sum) }
        }
    }
}

/// A gradient that has not gone back through a batch norm yet. Its reader takes it through the norm, some rows at a time.
struct NormedGradient {
    /// Of the norm's result.
    let gradient: AlignedBuffer
    /// The norm's input.
    let x: AlignedBuffer
    let statistics: NormStatistics
    let coefficients: NormGradient

    /// Writes the gradient of some rows of x, plus `more`.
    func write(
        _ rows: Range<Int>, adding more: UnsafePointer<Float>? = nil, to output: UnsafeMutablePointer<Float>,
        _ workspace: Workspace
    ) {
        let channels = coefficients.scale.count
        let offset = rows.lowerBound * channels
        var gate = unsafe statistics.gate(coefficients.activation)
        var values = unsafe ck_norm_gradient(
            scale: coefficients.scale.base, slope: coefficients.slope.base, mean: coefficients.mean.base,
            offset: coefficients.offset.base)
        unsafe workspace.instructionSet.loops.norm_gradient(
            Int64(rows.count), Int64(channels), gradient.base + offset, x.base + offset, &gate, &values, more, output)
    }
}
