import CKernels

/// Every channel times its gate; see `Operation.squeezeExcite`.
struct SqueezeExciteOperator: Operator {
    let gates: ExcitationGates

    private var shape: Shape { gates.shape }

    func scratch(images: Int, threads: Int) -> Int { threads * gates.scratch }

    func run(_ call: OperatorCall) {
        let (pixels, channels) = (shape.height * shape.width, shape.channels)
        call.pool.run(call.images) { image, thread in
            let values = unsafe gates.run(
                call.input + image * shape.count, scratch: call.scratch + thread * gates.scratch)
            var nothing = unsafe ck_epilogue(bias: nil, residual: nil, activation: CK_ACTIVATION_NONE)
            unsafe gates.instructionSet.loops.elementwise(
                Int64(pixels), Int64(channels), call.input + image * shape.count, values, &nothing,
                call.output + image * shape.count)
        }
    }
}

/// sigmoid(expand(swish(reduce(mean)))) of one image: one value for each channel.
struct ExcitationGates: Sendable {
    let shape: Shape
    let reduced: Int
    let instructionSet: InstructionSet
    /// channels × reduced, and reduced × channels, in panels.
    private let reduce, expand: AlignedBuffer
    private let reduceBias, expandBias: AlignedBuffer

    /// - Parameter weights: a network's tensors; those under `name` are used.
    init(_ name: String, shape: Shape, reduced: Int, weights: [String: Tensor], instructionSet: InstructionSet) {
        func values(_ part: String) -> [Float] { weights["\(name).\(part)"]?.values ?? [] }
        (self.shape, self.reduced, self.instructionSet) = (shape, reduced, instructionSet)
        reduce = instructionSet.pack(transposed: values("conv_reduce.weight"), k: shape.channels, n: reduced)
        reduceBias = AlignedBuffer(values("conv_reduce.bias"))
        expand = instructionSet.pack(transposed: values("conv_expand.weight"), k: reduced, n: shape.channels)
        expandBias = AlignedBuffer(values("conv_expand.bias"))
    }

    /// Floats that a call needs.
    var scratch: Int { (2 * shape.channels + reduced + 15) / 16 * 16 }

    /// - Parameter x: one image.
    /// - Returns: the gates. They lie in the scratch memory, after the means and the reduced values.
    func run(_ x: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
        let channels = shape.channels
        let loops = unsafe instructionSet.loops
        let hidden = unsafe scratch + channels
        let gates = unsafe hidden + reduced
        unsafe loops.average(Int64(shape.height * shape.width), Int64(channels), x, scratch)
        var toHidden = unsafe ck_epilogue(bias: reduceBias.base, residual: nil, activation: CK_ACTIVATION_SWISH)
        unsafe loops.gemm(
            1, Int64(reduced), Int64(channels), scratch, Int64(channels), reduce.base, &toHidden, hidden,
            Int64(reduced))
        var toGates = unsafe ck_epilogue(bias: expandBias.base, residual: nil, activation: CK_ACTIVATION_NONE)
        unsafe loops.gemm(
            1, Int64(channels), Int64(reduced), hidden, Int64(reduced), expand.base, &toGates, gates, Int64(channels))
        unsafe loops.sigmoid(Int64(channels), gates, gates)
        return unsafe gates
    }
}
