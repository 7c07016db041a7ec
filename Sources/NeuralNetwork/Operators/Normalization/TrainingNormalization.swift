import CKernels

/// y = activation(norm(x) + residual), the operations between two convolutions, in one pass over memory each way.
///
/// Stochastic depth multiplies norm(x) by a factor for each image. Where there is no norm, x may be multiplied by one constant.
struct TrainingNormalization {
    let shape: Shape
    let norm: BatchNorm?
    let activation: Activation?
    /// The constant, once for each channel; nil for 1.
    private let branchScale: AlignedBuffer?

    /// - Precondition: a scale of 1 where there is a norm.
    init(shape: Shape, norm: BatchNorm?, scale: Float = 1, activation: Activation?) {
        precondition(norm == nil || scale == 1, "a norm has its own scale")
        (self.shape, self.norm, self.activation) = (shape, norm, activation)
        branchScale = scale == 1 ? nil : AlignedBuffer([Float](repeating: scale, count: shape.channels))
    }

    private var channels: Int { shape.channels }
    private func rows(_ images: Int) -> Int { images * shape.height * shape.width }

    /// The statistics that this pass normalizes by; nil where there is no norm.
    /// - Parameter moments: of x; nil takes them here.
    func measure(
        _ x: AlignedBuffer, moments: ColumnMoments? = nil, images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> NormStatistics? {
        guard let norm else { return nil }
        guard norm.isTrainable else { return norm.runningStatistics }
        if let moments { return norm.batchStatistics(x, moments, rows: rows(images)) }
        let taken = try ColumnMoments(rows: rows(images), columns: channels, workspace)
        taken.take(x, workspace)
        return norm.batchStatistics(x, taken, rows: rows(images))
    }

    /// - Parameter branchFactors: what each image's norm(x) is multiplied by; empty multiplies by nothing.
    func forward(
        _ x: AlignedBuffer, residual: AlignedBuffer?, _ statistics: NormStatistics?, branchFactors: [Float] = [],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> AlignedBuffer {
        let y = try workspace.floats(x.count)
        guard let statistics, !branchFactors.isEmpty else {
            apply(
                x, scale: statistics?.scale ?? branchScale, bias: statistics?.bias, adding: residual, activation, to: y,
                images,
                workspace)
            return y
        }
        let scale = try workspace.floats(images * channels)
        let bias = try workspace.floats(images * channels)
        for place in 0..<images * channels {
            let (factor, channel) = (branchFactors[place / channels], place % channels)
            unsafe scale.base[place] = unsafe statistics.scale.base[channel] * factor
            unsafe bias.base[place] = unsafe statistics.bias.base[channel] * factor
        }
        eachImage(images, workspace) { rows, image in
            unsafe apply(
                rows, x, scale: scale.base + image * channels, bias: bias.base + image * channels, adding: residual,
                activation, to: y, workspace)
        }
        return y
    }

    private func eachImage(_ images: Int, _ workspace: Workspace, _ body: (_ rows: Range<Int>, _ image: Int) -> Void) {
        workspace.eachBlock(of: rows(images), size: rows(1), body)
    }

    /// y = activation(x · scale + bias + more).
    private func apply(
        _ x: AlignedBuffer, scale: AlignedBuffer?, bias: AlignedBuffer? = nil, adding more: AlignedBuffer?,
        _ activation: Activation? = nil, to y: AlignedBuffer, _ images: Int, _ workspace: Workspace
    ) {
        workspace.eachBlock(of: rows(images), size: ColumnSums.blockRows(channels)) { rows, _ in
            unsafe apply(
                rows, x, scale: scale.map { unsafe UnsafePointer($0.base) },
                bias: bias.map { unsafe UnsafePointer($0.base) }, adding: more, activation, to: y, workspace)
        }
    }

    /// The same for some of the rows.
    private func apply(
        _ rows: Range<Int>, _ x: AlignedBuffer, scale: UnsafePointer<Float>?, bias: UnsafePointer<Float>? = nil,
        adding more: AlignedBuffer?, _ activation: Activation? = nil, to y: AlignedBuffer, _ workspace: Workspace
    ) {
        let offset = rows.lowerBound * channels
        var epilogue = unsafe ck_epilogue(
            bias: bias, residual: more.map { unsafe UnsafePointer($0.base) + offset },
            activation: activation.cValue)
        unsafe workspace.instructionSet.loops.elementwise(
            Int64(rows.count), Int64(channels), x.base + offset, scale, &epilogue, y.base + offset)
    }

    /// Takes the gradient back through swish, in place.
    /// - Precondition: the activation is swish, and nothing is added before it.
    func gateSwish(
        _ gradient: AlignedBuffer, x: AlignedBuffer, _ statistics: NormStatistics?, images: Int, _ workspace: Workspace
    ) {
        let scale = statistics?.scale ?? branchScale
        workspace.eachBlock(of: rows(images), size: ColumnSums.blockRows(channels)) { rows, _ in
            let offset = rows.lowerBound * channels
            unsafe workspace.instructionSet.loops.swish_gradient(
                Int64(rows.count), Int64(channels), x.base + offset, scale.map { unsafe UnsafePointer($0.base) },
                statistics.map { unsafe UnsafePointer($0.bias.base) }, gradient.base + offset)
        }
    }

    /// Takes the gradient back through the activation, in place.
    /// - Precondition: there is an activation, and it is not swish.
    func gate(_ gradient: AlignedBuffer, y: AlignedBuffer, images: Int, _ workspace: Workspace) {
        workspace.eachBlock(of: rows(images), size: ColumnSums.blockRows(channels)) { rows, _ in
            let offset = rows.lowerBound * channels
            unsafe workspace.instructionSet.loops.activation_gradient(
                Int64(rows.count * channels), y.base + offset, activation.cValue, gradient.base + offset)
        }
    }

    /// A copy of a gradient with every image times its factor.
    func scaled(_ gradient: AlignedBuffer, by factors: [Float], _ workspace: Workspace) throws(NetworkError)
        -> AlignedBuffer
    {
        let output = try workspace.floats(gradient.count)
        let scale = try workspace.floats(copying: factors.flatMap { [Float](repeating: $0, count: channels) })
        eachImage(factors.count, workspace) { rows, image in
            unsafe apply(
                rows, gradient, scale: scale.base + image * channels, adding: nil, to: output, workspace)
        }
        return output
    }

    /// Adds the gradients of a trainable norm's weight and bias.
    /// - Parameters:
    ///   - gradient: of norm(x) + residual; with `throughActivation`, of y.
    ///   - throughActivation: whether the gradient must go back through the activation first. There is no residual then.
    ///   - x: needed where the norm is trainable.
    ///   - sums: of the gradient, as `NormStatistics.sums` gives them; nil takes them here.
    /// - Returns: the coefficients that take the gradient back to x; nil where the norm is not trainable.
    func addParameterGradients(
        _ gradient: AlignedBuffer, throughActivation: Bool, x: AlignedBuffer?, _ statistics: NormStatistics?,
        sums: ColumnSums?, images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> NormGradient? {
        guard let norm, norm.isTrainable, let x, let statistics else { return nil }
        let rows = rows(images)
        let passed = throughActivation ? activation : nil
        let taken: ColumnSums
        if let sums {
            taken = sums
        } else {
            taken = try ColumnSums(rows: rows, columns: channels, workspace)
            unsafe taken.sum(workspace, statistics.sums(gradient, x: x, through: passed, workspace))
        }
        // The sums have taken the gradient back through swish already, in place.
        return NormGradient(
            norm, statistics, totals: taken.totals, rows: rows, activation: passed == .swish ? nil : passed)
    }

    /// present += gradient.
    func add(_ gradient: AlignedBuffer, to present: AlignedBuffer, images: Int, _ workspace: Workspace) {
        apply(gradient, scale: nil, adding: present, to: present, images, workspace)
    }

    /// The gradient of x, added to what is there already.
    /// - Parameter isShared: whether another value's gradient is the same buffer, which must then not change.
    func inputGradient(
        _ gradient: AlignedBuffer, isShared: Bool, x: AlignedBuffer?, _ coefficients: NormGradient?,
        _ statistics: NormStatistics?, adding present: AlignedBuffer?, images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> AlignedBuffer {
        let output = try workspace.floats(gradient.count, unless: present ?? (isShared ? nil : gradient))
        guard let coefficients, let statistics, let x else {
            if norm != nil || branchScale != nil || output !== gradient || present != nil {
                apply(gradient, scale: statistics?.scale ?? branchScale, adding: present, to: output, images, workspace)
            }
            return output
        }
        let behind = NormedGradient(gradient: gradient, x: x, statistics: statistics, coefficients: coefficients)
        workspace.eachBlock(of: rows(images), size: ColumnSums.blockRows(channels)) { range, _ in
            let offset = range.lowerBound * channels
            unsafe behind.write(
                range, adding: present.map { unsafe UnsafePointer($0.base) + offset }, to: output.base + offset,
                workspace)
        }
        return output
    }
}
