import CKernels

/// y = activation(x · scale + bias + residual): the batch norms, sums and activations that no other step took over.
struct ElementwiseOperator: Operator {
    let shape: Shape
    let instructionSet: InstructionSet
    private let scale: AlignedBuffer
    private let bias: AlignedBuffer
    private let activation: Activation?

    init(shape: Shape, weights: FoldedWeights, activation: Activation?, instructionSet: InstructionSet) {
        self.shape = shape
        self.instructionSet = instructionSet
        self.activation = activation
        scale = AlignedBuffer(weights.scale)
        bias = AlignedBuffer(weights.bias)
    }

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        let line = shape.width * shape.channels
        call.pool.run(call.images * shape.height) { row, _ in
            let offset = row * line
            var epilogue = unsafe ck_epilogue(
                bias: UnsafePointer(bias.base), residual: call.residual.map { unsafe $0 + offset },
                activation: activation.cValue)
            unsafe instructionSet.loops.elementwise(
                Int64(shape.width), Int64(shape.channels), call.input + offset, scale.base, &epilogue,
                call.output + offset)
        }
    }
}
