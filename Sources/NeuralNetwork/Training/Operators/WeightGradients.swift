import CKernels
import COpenBLAS

/// The gradient of a 1×1 kernel of stride 1: gradientᵀ (out × rows) · pixels (rows × in), in the order of the weights.
///
/// Every thread takes a part of the larger side over all rows and adds it where it belongs.
struct PointwiseWeightGradient {
    let layout: KernelLayout

    func add(_ x: AlignedBuffer, _ gradient: AlignedBuffer, rows: Int, _ workspace: Workspace, to sum: AlignedBuffer) {
        let (outputs, inputs) = (layout.outputs, layout.inputs)
        let splitsOutputs = outputs >= inputs
        let size = max(outputs, inputs)
        let share = workspace.pool.threads.fairShare(of: size, largest: size, unit: 8)
        workspace.eachBlock(of: size, size: share) { range, _ in
            let (output, input) = splitsOutputs ? (range.lowerBound, 0) : (0, range.lowerBound)
            unsafe cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, blasint(splitsOutputs ? range.count : outputs),
                blasint(splitsOutputs ? inputs : range.count), blasint(rows), 1, gradient.base + output,
                blasint(outputs), x.base + input, blasint(inputs), 1, sum.base + output * inputs + input,
                blasint(inputs))
        }
    }
}

/// The gradient of another convolution's weights: patchesᵀ (taps·in × rows) · gradient (rows × out).
///
/// Every thread sums over a part of the rows; the parts are added in order.
struct PatchWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: KernelLayout

    /// Floats of patches that a thread gathers at once.
    private static let blockFloats = 262_144

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) {
        let (depth, columns) = (layout.taps * layout.inputs, layout.outputs)
        let rows = images * geometry.outputPixels
        let parts = min(workspace.pool.threads, rows)
        let block = max(64, Self.blockFloats / depth)
        let matrix = depth * columns
        let scratch = workspace.floats(parts * (matrix + block * depth))
        workspace.pool.run(parts) { part, _ in
            let (start, end) = (rows * part / parts, rows * (part + 1) / parts)
            let product = unsafe scratch.base + part * matrix
            let patches = unsafe scratch.base + parts * matrix + part * block * depth
            for first in stride(from: start, to: end, by: block) {
                let count = min(block, end - first)
                var g = geometry.c
                unsafe workspace.kernels.table.patches(&g, x.base, Int64(first), Int64(count), patches)
                unsafe transposedProduct(
                    m: depth, n: columns, k: count, patches, gradient.base + first * columns, adding: first > start,
                    to: product)
            }
        }
        unsafe layout.add(scratch.base, parts: parts, to: sum, workspace)
    }
}

/// The gradient of a 3×3 kernel of stride 1 through Winograd's F(4×4, 3×3): 36 products over tiles, of a quarter of the work.
struct WinogradWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: KernelLayout

    /// Floats of the transformed tiles that are at work at once.
    private static let blockFloats = 2_097_152

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) {
        let (inputs, outputs) = (layout.inputs, layout.outputs)
        let tiles = geometry.winogradTiles(images: images)
        let block = min(tiles, max(128, Self.blockFloats / (36 * (inputs + outputs))))
        let vStride = WinogradConvolution.planeStride(block * inputs)
        let mStride = WinogradConvolution.planeStride(block * outputs)
        let matrix = inputs * outputs
        let scratch = workspace.floats(36 * (vStride + mStride + matrix) + 9 * matrix)
        let v = unsafe scratch.base
        let m = unsafe v + 36 * vStride
        let products = unsafe m + 36 * mStride
        let table = unsafe workspace.kernels.table
        for first in stride(from: 0, to: tiles, by: block) {
            let count = min(block, tiles - first)
            workspace.eachBlock(of: count, size: 8) { range, _ in
                var g = geometry.c
                let (tile, few) = (Int64(first + range.lowerBound), Int64(range.count))
                unsafe table.winograd_input(&g, x.base, tile, few, v + range.lowerBound * inputs, Int64(vStride))
                unsafe table.winograd_output_gradient(
                    &g, gradient.base, tile, few, m + range.lowerBound * outputs, Int64(mStride))
            }
            workspace.pool.run(36) { plane, _ in
                unsafe transposedProduct(
                    m: inputs, n: outputs, k: count, v + plane * vStride, m + plane * mStride, adding: first > 0,
                    to: products + plane * matrix)
            }
        }
        let kernel = unsafe products + 36 * matrix
        workspace.eachBlock(of: matrix, size: 4096) { range, _ in
            unsafe table.winograd_kernel_gradient(
                Int64(matrix), Int64(range.lowerBound), Int64(range.count), products, kernel)
        }
        unsafe layout.add(kernel, parts: 1, to: sum, workspace)
    }
}

/// The gradient of a depthwise kernel: sums over blocks of rows, whose number does not depend on the threads, in order.
struct DepthwiseWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: KernelLayout

    private static let blocks = 32

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) {
        let rows = images * Int(geometry.c.out_height)
        let size = (rows + Self.blocks - 1) / Self.blocks
        let parts = (rows + size - 1) / size
        let matrix = layout.taps * layout.outputs
        let sums = workspace.floats(parts * matrix)
        workspace.eachBlock(of: rows, size: size) { range, block in
            var g = geometry.c
            let part = unsafe sums.base + block * matrix
            unsafe part.update(repeating: 0, count: matrix)
            unsafe workspace.kernels.table.depthwise_weight_gradient(
                &g, x.base, gradient.base, Int64(range.lowerBound), Int64(range.count), part)
        }
        unsafe layout.add(sums.base, parts: parts, to: sum, workspace)
    }
}

/// C (m × n) = Aᵀ · B, or C += Aᵀ · B: A is stored k × m, B k × n, all row-major.
private func transposedProduct(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, adding: Bool,
    to c: UnsafeMutablePointer<Float>
) {
    unsafe cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a, blasint(m), b, blasint(n),
        adding ? 1 : 0, c, blasint(n))
}
