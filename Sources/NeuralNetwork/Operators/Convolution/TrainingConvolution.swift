import CKernels

/// A convolution in training. It prepares the weights anew for every pass and runs the operators of inference, forward and, with turned
/// weights, backward.
struct TrainingConvolution {
    let weight: Parameter
    let bias: Parameter?
    let geometry: ConvolutionGeometry
    let isDepthwise: Bool
    let layout: WeightLayout
    private let instructionSet: InstructionSet

    /// - Parameter bias: nil where the convolution has none.
    init(
        _ settings: Convolution, input: Shape, output: Shape, weight: Parameter, bias: Parameter?,
        instructionSet: InstructionSet
    ) {
        (self.weight, self.bias) = (weight, bias)
        self.instructionSet = instructionSet
        isDepthwise = settings.depthwise
        geometry = ConvolutionGeometry(
            settings, input: input, output: output, bias: bias?.value ?? AlignedBuffer(zeros: output.channels),
            activation: nil)
        layout = WeightLayout(
            outputs: output.channels, inputs: settings.depthwise ? 1 : input.channels,
            taps: settings.kernel.taps)
    }

    var isTrainable: Bool { weight.isTrainable || bias?.isTrainable ?? false }

    func forward(_ x: AlignedBuffer, images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let output = try workspace.floats(images * geometry.outputPixels * geometry.outputs)
        try run(forwardOperator(workspace), x, adding: nil, to: output, images, workspace)
        return output
    }

    private func run(
        _ algorithm: any Operator, _ x: AlignedBuffer, adding present: AlignedBuffer?, to output: AlignedBuffer,
        _ images: Int, _ workspace: Workspace
    ) throws(NetworkError) {
        let scratch = try workspace.floats(algorithm.scratch(images: images, threads: workspace.pool.threads))
        unsafe algorithm.run(
            OperatorCall(
                images: images, input: x.base, residual: present.map { unsafe UnsafePointer($0.base) },
                output: output.base, scratch: scratch.base, pool: workspace.pool))
    }

    /// The convolution with the weights as they are now.
    func forwardOperator(_ workspace: Workspace) throws(NetworkError) -> any Operator {
        // The matrix of a 1×1 kernel is the transpose of its weights, and packing transposes.
        let isTransposed = layout.taps == 1 && !isDepthwise
        let matrix = try isTransposed ? weight.value : layout.patchMatrix(weight.value, workspace)
        return try algorithm(geometry, matrix, isTransposed: isTransposed, workspace)
    }

    /// The operator that takes a gradient from the output back to the input, with the weights as they are now; nil where
    /// ``StridedInputGradient`` does so.
    func gradientOperator(_ workspace: Workspace) throws(NetworkError) -> (any Operator)? {
        if let turned = geometry.turned {
            // The layout counts a depthwise kernel's channels as outputs; turned, they are its inputs.
            let layout =
                isDepthwise ? WeightLayout(outputs: 1, inputs: geometry.inputs, taps: self.layout.taps) : self.layout
            return try algorithm(turned, layout.turnedMatrix(weight.value, workspace), workspace)
        }
        guard isDepthwise else { return nil }
        return DepthwiseInputGradient(
            geometry: geometry, weights: try layout.patchMatrix(weight.value, workspace), instructionSet: instructionSet
        )
    }

    /// The operator that suits a convolution's shape.
    /// - Parameters:
    ///   - matrix: (ky, kx, in) × out; of a depthwise one (ky, kx) × channels.
    ///   - isTransposed: whether the matrix is stored out × in.
    private func algorithm(
        _ geometry: ConvolutionGeometry, _ matrix: AlignedBuffer, isTransposed: Bool = false, _ workspace: Workspace
    ) throws(NetworkError) -> any Operator {
        if isDepthwise { return DepthwiseConvolution(geometry, weights: matrix, instructionSet: instructionSet) }
        let (k, n) = (geometry.inputs, geometry.outputs)
        if geometry.suitsWinograd {
            return WinogradConvolution(
                geometry, packed: try workspace.winogradPack(matrix, k: k, n: n), instructionSet: instructionSet)
        }
        return MatrixConvolution(
            geometry, packed: try workspace.pack(matrix, k: layout.taps * k, n: n, isTransposed: isTransposed),
            instructionSet: instructionSet)
    }

    /// Adds to the gradients of weights and bias.
    /// - Parameter gradient: of the output.
    func addParameterGradients(_ x: AlignedBuffer, _ gradient: AlignedBuffer, images: Int, _ workspace: Workspace)
        throws(NetworkError)
    {
        try addWeightGradient(x, gradient, images: images, workspace)
        guard let sum = bias?.gradient else { return }
        let totals = try ColumnSums.of(
            gradient, rows: images * geometry.outputPixels, columns: geometry.outputs, workspace)
        for (channel, total) in totals.enumerated() { unsafe sum.base[channel] += Float(total) }
    }

    private func addWeightGradient(_ x: AlignedBuffer, _ gradient: AlignedBuffer, images: Int, _ workspace: Workspace)
        throws(NetworkError)
    {
        guard let sum = weight.gradient else { return }
        if isDepthwise {
            try DepthwiseWeightGradient(geometry: geometry, layout: layout).add(x, gradient, images, workspace, to: sum)
        } else if geometry.suitsWinograd {
            try WinogradWeightGradient(geometry: geometry, layout: layout).add(x, gradient, images, workspace, to: sum)
        } else if geometry.isPointwise {
            PointwiseWeightGradient(layout: layout).add(
                x, gradient, rows: images * geometry.outputPixels, workspace, to: sum)
        } else {
            try PatchWeightGradient(geometry: geometry, layout: layout).add(x, gradient, images, workspace, to: sum)
        }
    }

    /// The gradient of the input, added to what is there already.
    /// - Parameter gradient: of the output.
    func inputGradient(
        _ gradient: AlignedBuffer, adding present: AlignedBuffer?, images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> AlignedBuffer {
        let output = try workspace.floats(images * geometry.inputPixels * geometry.inputs, unless: present)
        if let algorithm = try gradientOperator(workspace) {
            try run(algorithm, gradient, adding: present, to: output, images, workspace)
        } else {
            try StridedInputGradient(geometry: geometry, layout: layout).add(
                gradient, weight.value, images, workspace, to: output, isNew: present == nil)
        }
        return output
    }
}
