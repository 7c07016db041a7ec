import CKernels

/// A convolution of each channel with its own kernel.
struct DepthwiseConvolution: Kernel {
    let geometry: ConvolutionGeometry
    let kernels: KernelSet
    private let weights: AlignedBuffer

    init(_ geometry: ConvolutionGeometry, weights: FoldedWeights, kernels: KernelSet) {
        // One input a group: out × 1 × k × k becomes k × k × channels.
        let taps = geometry.kernel.taps
        let channels = geometry.outputs
        self.init(
            geometry,
            weights: AlignedBuffer((0..<taps * channels).map { weights.kernel[$0 % channels * taps + $0 / channels] }),
            kernels: kernels)
    }

    /// - Parameter weights: kernel × kernel × channels.
    init(_ geometry: ConvolutionGeometry, weights: AlignedBuffer, kernels: KernelSet) {
        self.geometry = geometry
        self.kernels = kernels
        self.weights = weights
    }

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: KernelCall) {
        let rows = call.images * Int(geometry.c.out_height)
        let block = max(1, min(16, rows / (2 * call.pool.threads)))
        call.pool.run((rows + block - 1) / block) { index, _ in
            let first = index * block
            var g = geometry.c
            var epilogue = unsafe geometry.epilogue(call.residual)
            unsafe kernels.table.depthwise(
                &g, call.input, weights.base, Int64(first), Int64(min(block, rows - first)), &epilogue, call.output)
        }
    }
}
