import CKernels

/// A norm whose result only a convolution reads.
struct NormBefore {
    /// The norm's input.
    let x: AlignedBuffer
    let statistics: NormStatistics
    let activation: Activation?
}

/// What a convolution reads.
enum ConvolutionInput {
    case value(AlignedBuffer)
    /// The result of a norm and its activation, computed while the convolution reads it.
    case through(NormBefore)

    /// The value of some rows.
    /// - Parameter scratch: room for it.
    func read(
        _ rows: Range<Int>, channels: Int, _ scratch: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> UnsafePointer<Float> {
        let first = rows.lowerBound * channels
        switch self {
        case .value(let x): return unsafe UnsafePointer(x.base) + first
        case .through(let norm):
            var epilogue = unsafe ck_epilogue(
                bias: norm.statistics.bias.base, residual: nil, activation: norm.activation.cValue)
            unsafe workspace.instructionSet.loops.elementwise(
                Int64(rows.count), Int64(channels), norm.x.base + first, norm.statistics.scale.base, &epilogue, scratch)
            return unsafe UnsafePointer(scratch)
        }
    }
}

/// A convolution of large images. Each thread takes a portion of the batch at a time.
///
/// The result of the norm before it, and the gradient after it went back through the norm after it, then exist for one portion only, in the
/// cache, and are never written to memory. The sums that both norms need are taken while the values are still in the cache.
struct PortionedConvolution {
    let convolution: TrainingConvolution
    /// Images of a portion.
    private let portion: Int

    /// Portions pay where input or output of an image has at least so many floats: measured.
    private static let largeImage = 16_384
    /// Floats of input and output that a portion should have: 512 KiB.
    private static let portionFloats = 131_072
    /// The largest number of partial sums of the weights' gradient.
    private static let largestPartials = 16

    /// nil where the convolution suits whole batches better.
    /// - Parameter needsInputGradient: whether backward needs the gradient of the input.
    init?(_ convolution: TrainingConvolution, needsInputGradient: Bool) {
        let geometry = convolution.geometry
        guard convolution.bias == nil, convolution.isDepthwise || !geometry.suitsWinograd,
            convolution.isDepthwise || geometry.turned != nil || !needsInputGradient
        else { return nil }
        self.convolution = convolution
        let (input, output) = (geometry.inputPixels * geometry.inputs, geometry.outputPixels * geometry.outputs)
        guard max(input, output) >= Self.largeImage else { return nil }
        portion = max(1, Self.portionFloats / (input + output))
    }

    private var geometry: ConvolutionGeometry { convolution.geometry }
    private var inputFloats: Int { geometry.inputPixels * geometry.inputs }
    private var outputFloats: Int { geometry.outputPixels * geometry.outputs }

    private func portions(_ images: Int) -> Int { (images + portion - 1) / portion }

    private func images(_ index: Int, of images: Int) -> Range<Int> {
        index * portion..<min(images, (index + 1) * portion)
    }

    private func rows(_ images: Range<Int>, pixels: Int) -> Range<Int> {
        images.lowerBound * pixels..<images.upperBound * pixels
    }

    /// Floats of scratch memory that an operator needs for any portion.
    private func scratch(_ algorithm: (any Operator)?) -> Int {
        (1...portion).map { algorithm?.scratch(images: $0, threads: 1) ?? 0 }.max() ?? 0
    }

    /// - Parameter measures: whether to take the result's moments.
    func forward(
        _ input: ConvolutionInput, measures: Bool, images count: Int, _ workspace: Workspace
    ) throws(NetworkError) -> (output: AlignedBuffer, moments: ColumnMoments?) {
        let algorithm = try convolution.forwardOperator(workspace)
        let output = try workspace.floats(count * outputFloats)
        let moments =
            try measures
            ? ColumnMoments(
                rows: count * geometry.outputPixels, columns: geometry.outputs,
                portion: portion * geometry.outputPixels, workspace) : nil
        let room = portion * inputFloats
        let each = room + scratch(algorithm)
        let memory = try workspace.floats(workspace.pool.threads * each)
        workspace.pool.run(portions(count)) { index, thread in
            let images = images(index, of: count)
            let own = unsafe memory.base + thread * each
            unsafe algorithm.run(
                OperatorCall(
                    images: images.count,
                    input: input.read(
                        rows(images, pixels: geometry.inputPixels), channels: geometry.inputs, own, workspace),
                    residual: nil, output: output.base + images.lowerBound * outputFloats, scratch: own + room,
                    pool: workspace.alone))
            moments?.take(portion: index, of: output, workspace)
        }
        return (output, moments)
    }

    /// Adds to the weights' gradient.
    /// - Parameters:
    ///   - gradient: of the output.
    ///   - input: nil where the weights are frozen.
    ///   - needsInputGradient: whether to return the input's gradient.
    ///   - present: a gradient of the input that is there already. The input's gradient is added to it in place.
    ///   - before: the norm that needs sums over the input's gradient; nil takes none.
    func backward(
        _ gradient: NormedGradient, input: ConvolutionInput?, needsInputGradient: Bool, adding present: AlignedBuffer?,
        before: NormBefore?, images count: Int, _ workspace: Workspace
    ) throws(NetworkError) -> (gradient: AlignedBuffer?, sums: ColumnSums?) {
        let algorithm = try needsInputGradient ? convolution.gradientOperator(workspace) : nil
        let output = try needsInputGradient ? workspace.floats(count * inputFloats, unless: present) : nil
        let sums = try before.map { _ throws(NetworkError) in
            try ColumnSums(
                rows: count * geometry.inputPixels, columns: geometry.inputs, portion: portion * geometry.inputPixels,
                workspace)
        }
        let weightSum = convolution.weight.gradient
        let patches = PatchWeightGradient(geometry: geometry, layout: convolution.layout)
        let portions = portions(count)
        let partials = min(portions, Self.largestPartials)
        let matrix = weightSum?.count ?? 0
        let product = try workspace.floats(partials * matrix)
        let (outputRoom, inputRoom) = (portion * outputFloats, portion * inputFloats)
        let each = outputRoom + inputRoom + max(scratch(algorithm), convolution.isDepthwise ? 0 : patches.scratch)
        let memory = try workspace.floats(workspace.pool.threads * each)
        workspace.pool.run(partials) { partial, thread in
            let own = unsafe memory.base + thread * each
            let first = portions * partial / partials
            for index in first..<portions * (partial + 1) / partials {
                let images = images(index, of: count)
                unsafe gradient.write(rows(images, pixels: geometry.outputPixels), to: own, workspace)
                if weightSum != nil, let input {
                    let x = unsafe input.read(
                        rows(images, pixels: geometry.inputPixels), channels: geometry.inputs, own + outputRoom,
                        workspace)
                    unsafe addWeightGradient(
                        images.count, x, own, adding: index > first, to: product.base + partial * matrix, patches,
                        own + outputRoom + inputRoom, workspace)
                }
                guard let output, let algorithm else { continue }
                let place = images.lowerBound * inputFloats
                unsafe algorithm.run(
                    OperatorCall(
                        images: images.count, input: own,
                        residual: present.map { unsafe UnsafePointer($0.base) + place }, output: output.base + place,
                        scratch: own + outputRoom + inputRoom, pool: workspace.alone))
                if let sums, let before {
                    unsafe sums.sum(
                        portion: index,
                        before.statistics.sums(output, x: before.x, through: before.activation, workspace))
                }
            }
        }
        if let weightSum { unsafe convolution.layout.add(product.base, partials: partials, to: weightSum, workspace) }
        return (output, sums)
    }

    /// The weights' gradient of a portion, as a patch matrix.
    private func addWeightGradient(
        _ images: Int, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, adding: Bool,
        to product: UnsafeMutablePointer<Float>, _ patches: PatchWeightGradient,
        _ scratch: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        if convolution.isDepthwise {
            unsafe DepthwiseWeightGradient(geometry: geometry, layout: convolution.layout).sum(
                0..<images * Int(geometry.c.out_height), x, gradient, adding: adding, to: product, workspace)
        } else {
            unsafe patches.sum(
                0..<images * geometry.outputPixels, x, gradient, adding: adding, to: product, scratch, workspace)
        }
    }
}
