import CKernels

/// A convolution of each channel by a kernel of its own.
struct DepthwiseConvolution: Operator {
    let geometry: ConvolutionGeometry
    let instructionSet: InstructionSet
    private let weights: AlignedBuffer

    init(_ geometry: ConvolutionGeometry, weights: FoldedWeights, instructionSet: InstructionSet) {
        // One input a group: out × 1 × k × k becomes k × k × channels.
        let taps = geometry.kernel.taps
        let channels = geometry.outputs
        self.init(
            geometry,
            weights: AlignedBuffer((0..<taps * channels).map { weights.kernel[$0 % channels * taps + $0 / channels] }),
            instructionSet: instructionSet)
    }

    /// - Parameter weights: kernel × kernel × channels.
    init(_ geometry: ConvolutionGeometry, weights: AlignedBuffer, instructionSet: InstructionSet) {
        self.geometry = geometry
        self.instructionSet = instructionSet
        self.weights = weights
    }

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        let rows = call.images * Int(geometry.c.out_height)
        let block = max(1, min(16, rows / (2 * call.pool.threads)))
        call.pool.run((rows + block - 1) / block) { index, _ in
            let first = index * block
            var g = geometry.c
            var epilogue = unsafe geometry.epilogue(call.residual)
            unsafe instructionSet.loops.depthwise(
                &g, call.input, weights.base, Int64(first), Int64(min(block, rows - first)), &epilogue, call.output)
        }
    }
}
