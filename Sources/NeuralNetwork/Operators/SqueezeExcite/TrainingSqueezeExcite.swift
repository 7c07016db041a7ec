import CKernels
import COpenBLAS

/// Every channel times a gate that follows from all channels' means, y = x · g with g = σ(W₂ h + b₂), h = swish(z), z = W₁ m + b₁ and m
/// the mean over the pixels; see `Operation.squeezeExcite`.
struct TrainingSqueezeExcite: TrainingOperator {
    private let shape: Shape
    private let reduced: Int
    private let reduce, reduceBias, expand, expandBias: Parameter

    init(
        shape: Shape, reduced: Int, reduce: Parameter, reduceBias: Parameter, expand: Parameter, expandBias: Parameter
    ) {
        (self.shape, self.reduced) = (shape, reduced)
        (self.reduce, self.reduceBias, self.expand, self.expandBias) = (reduce, reduceBias, expand, expandBias)
    }

    var isTrainable: Bool { [reduce, reduceBias, expand, expandBias].contains(where: \.isTrainable) }
    var readsInputs: Bool { true }

    private var pixels: Int { shape.height * shape.width }
    private var channels: Int { shape.channels }

    /// The intermediate values, one row for each image.
    private struct Values {
        let mean, before, hidden, gate: AlignedBuffer
    }

    private func values(_ x: AlignedBuffer, images: Int, _ workspace: Workspace) throws(NetworkError) -> Values {
        let loops = unsafe workspace.instructionSet.loops
        let mean = try workspace.floats(images * channels)
        workspace.pool.run(images) { image, _ in
            unsafe loops.average(
                Int64(pixels), Int64(channels), x.base + image * shape.count, mean.base + image * channels)
        }
        let before = try product(mean, reduce, reduceBias, images: images, workspace)
        let hidden = try workspace.floats(before.count)
        var swish = unsafe ck_epilogue(bias: nil, residual: nil, activation: CK_ACTIVATION_SWISH)
        unsafe loops.elementwise(Int64(images), Int64(reduced), before.base, nil, &swish, hidden.base)
        let gate = try product(hidden, expand, expandBias, images: images, workspace)
        unsafe loops.sigmoid(Int64(gate.count), gate.base, gate.base)
        return Values(mean: mean, before: before, hidden: hidden, gate: gate)
    }

    /// rows · weightᵀ + bias, one row for each image.
    private func product(
        _ rows: AlignedBuffer, _ weight: Parameter, _ bias: Parameter, images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> AlignedBuffer {
        let (m, n) = (weight.shape[0], weight.shape[1])
        let output = try workspace.floats(images * m)
        for image in 0..<images { unsafe (output.base + image * m).update(from: bias.value.base, count: m) }
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(images), blasint(m), blasint(n), 1, rows.base, blasint(n),
            weight.value.base, blasint(n), 1, output.base, blasint(m))
        return output
    }

    func forward(_ inputs: [AlignedBuffer], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let values = try values(inputs[0], images: images, workspace)
        let y = try workspace.floats(images * shape.count)
        multiply(inputs[0], values.gate, plus: nil, to: y, images, workspace)
        return y
    }

    /// x · factors + bias + present, with factors and bias for each channel of each image.
    private func multiply(
        _ x: AlignedBuffer, _ factors: AlignedBuffer, plus bias: AlignedBuffer?, adding present: AlignedBuffer? = nil,
        to y: AlignedBuffer, _ images: Int, _ workspace: Workspace
    ) {
        workspace.pool.run(images) { image, _ in
            let (row, first) = (image * channels, image * shape.count)
            var epilogue = unsafe ck_epilogue(
                bias: bias.map { unsafe UnsafePointer($0.base) + row },
                residual: present.map { unsafe UnsafePointer($0.base) + first }, activation: CK_ACTIVATION_NONE)
            unsafe workspace.instructionSet.loops.elementwise(
                Int64(pixels), Int64(channels), x.base + first, factors.base + row, &epilogue, y.base + first)
        }
    }

    func backward(
        _ inputs: [AlignedBuffer], _ gradient: AlignedBuffer, adding present: [AlignedBuffer?], isNeeded: [Bool],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> [AlignedBuffer?] {
        let x = inputs[0]
        let values = try values(x, images: images, workspace)
        // First the gradient of the gates, Σ gradient · x of every channel, then that of the sigmoid's argument.
        let toGate = try workspace.floats(images * channels)
        let zeros = AlignedBuffer(zeros: channels)
        let sums = try workspace.floats(images * channels)
        workspace.pool.run(images) { image, _ in
            let (row, first) = (image * channels, image * shape.count)
            unsafe workspace.instructionSet.loops.norm_sums(
                Int64(pixels), Int64(channels), nil, x.base + first, zeros.base, gradient.base + first,
                sums.base + row, toGate.base + row)
        }
        for index in 0..<images * channels {
            let gate = unsafe values.gate.base[index]
            unsafe toGate.base[index] *= gate * (1 - gate)
        }
        let toHidden = try throughProduct(toGate, values.hidden, expand, expandBias, images: images, workspace)
        unsafe workspace.instructionSet.loops.swish_gradient(
            Int64(images), Int64(reduced), values.before.base, nil, nil, toHidden.base)
        let toMean = try throughProduct(toHidden, values.mean, reduce, reduceBias, images: images, workspace)
        guard isNeeded[0] else { return [nil] }
        for index in 0..<images * channels { unsafe toMean.base[index] /= Float(pixels) }
        let sum = try workspace.floats(images * shape.count, unless: present[0])
        multiply(gradient, values.gate, plus: toMean, adding: present[0], to: sum, images, workspace)
        return [sum]
    }

    /// Adds to the gradients of a product's weight and bias.
    /// - Returns: the gradient of its rows.
    private func throughProduct(
        _ gradient: AlignedBuffer, _ rows: AlignedBuffer, _ weight: Parameter, _ bias: Parameter, images: Int,
        _ workspace: Workspace
    ) throws(NetworkError) -> AlignedBuffer {
        let (m, n) = (weight.shape[0], weight.shape[1])
        if let sum = weight.gradient {
            unsafe cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, blasint(m), blasint(n), blasint(images), 1, gradient.base,
                blasint(m), rows.base, blasint(n), 1, sum.base, blasint(n))
        }
        if let sum = bias.gradient {
            for index in 0..<images * m { unsafe sum.base[index % m] += gradient.base[index] }
        }
        let output = try workspace.floats(images * n)
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(images), blasint(n), blasint(m), 1, gradient.base,
            blasint(m), weight.value.base, blasint(n), 0, output.base, blasint(n))
        return output
    }
}
