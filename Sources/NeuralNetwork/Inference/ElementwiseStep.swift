import CKernels

/// y = activation(x · scale + bias + residual): what is left of batch norms, sums and activations that nothing absorbed.
struct ElementwiseStep: Kernel {
    let shape: Shape
    let kernels: KernelSet
    private let scale: AlignedBuffer
    private let bias: AlignedBuffer
    private let activation: Activation?

    init(shape: Shape, weights: FoldedWeights, activation: Activation?, kernels: KernelSet) {
        self.shape = shape
        self.kernels = kernels
        self.activation = activation
        scale = AlignedBuffer(weights.scale)
        bias = AlignedBuffer(weights.bias)
    }

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: KernelCall) {
        let line = shape.width * shape.channels
        call.pool.run(call.images * shape.height) { row, _ in
            let offset = row * line
            var epilogue = unsafe ck_epilogue(
                bias: UnsafePointer(bias.base), residual: call.residual.map { unsafe $0 + offset },
                activation: activation.kernelValue)
            unsafe kernels.table.elementwise(
                Int64(shape.width), Int64(shape.channels), call.input + offset, scale.base, &epilogue,
                call.output + offset)
        }
    }
}
