import CKernels

/// The gradient of a convolution's input where the stride is not 1. It is the gradient of the patches, gradient (rows × out) · Wᵀ, added to
/// the pixels that the patches came from. One thread does a whole image, so that no two threads add to the same pixel.
struct StridedInputGradient {
    let geometry: ConvolutionGeometry
    let layout: WeightLayout

    /// Rows of patches that a thread computes at once.
    private static let block = 48

    /// - Parameters:
    ///   - weights: out × in × (ky, kx).
    ///   - isNew: whether `output` holds nothing yet.
    func add(
        _ gradient: AlignedBuffer, _ weights: AlignedBuffer, _ images: Int, _ workspace: Workspace,
        to output: AlignedBuffer, isNew: Bool
    ) throws(NetworkError) {
        let depth = layout.taps * layout.inputs
        let loops = unsafe workspace.instructionSet.loops
        let packed = try workspace.pack(
            layout.transposedMatrix(weights, workspace), k: layout.outputs, n: depth)
        let pixels = geometry.outputPixels
        let image = output.count / images
        let scratch = try workspace.floats(workspace.pool.threads * Self.block * depth)
        workspace.pool.run(images) { index, thread in
            if isNew { unsafe (output.base + index * image).update(repeating: 0, count: image) }
            let patches = unsafe scratch.base + thread * Self.block * depth
            for first in stride(from: index * pixels, to: (index + 1) * pixels, by: Self.block) {
                let count = Int64(min(Self.block, (index + 1) * pixels - first))
                var g = geometry.c
                unsafe loops.gemm(
                    count, Int64(depth), Int64(layout.outputs), gradient.base + first * layout.outputs,
                    Int64(layout.outputs), packed.base, nil, patches, Int64(depth))
                unsafe loops.scatter(&g, patches, Int64(first), count, output.base)
            }
        }
    }
}
