import CKernels

/// Takes the gradient of a depthwise convolution's output back to its input, for any stride.
struct DepthwiseInputGradient: Operator {
    /// Of the convolution.
    let geometry: ConvolutionGeometry
    /// (ky, kx) × channels.
    let weights: AlignedBuffer
    let instructionSet: InstructionSet

    /// Rows of pixels at a time.
    private static let block = 4

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        let rows = call.images * Int(geometry.c.height)
        call.pool.run((rows + Self.block - 1) / Self.block) { index, _ in
            let first = index * Self.block
            var g = geometry.c
            unsafe instructionSet.loops.depthwise_input_gradient(
                &g, call.input, weights.base, Int64(first), Int64(min(Self.block, rows - first)), call.residual,
                call.output)
        }
    }
}
