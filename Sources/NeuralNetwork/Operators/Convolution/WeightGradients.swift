import CKernels
import COpenBLAS

/// The gradient of a 1×1 kernel of stride 1: gradientᵀ (out × rows) · pixels (rows × in), in the order of the weights.
///
/// Every thread takes a block of the larger side, over all rows, and adds it to the weights' gradient in place.
struct PointwiseWeightGradient {
    let layout: WeightLayout

    func add(_ x: AlignedBuffer, _ gradient: AlignedBuffer, rows: Int, _ workspace: Workspace, to sum: AlignedBuffer) {
        let (outputs, inputs) = (layout.outputs, layout.inputs)
        let splitsOutputs = outputs >= inputs
        let size = max(outputs, inputs)
        let block = workspace.pool.threads.evenBlock(of: size, largest: size, unit: 8)
        workspace.eachBlock(of: size, size: block) { range, _ in
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
/// Every thread sums over some of the rows; the partial sums are added in order.
struct PatchWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: WeightLayout

    /// Floats of patches that a thread gathers at once.
    private static let blockFloats = 262_144

    private var depth: Int { layout.taps * layout.inputs }
    private var block: Int { max(64, Self.blockFloats / depth) }

    /// Floats that `sum` needs for patches.
    var scratch: Int { geometry.isPointwise ? 0 : block * depth }

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) throws(NetworkError) {
        let rows = images * geometry.outputPixels
        let partials = min(workspace.pool.threads, rows)
        let matrix = depth * layout.outputs
        let memory = try workspace.floats(partials * (matrix + scratch))
        workspace.pool.run(partials) { partial, _ in
            unsafe self.sum(
                rows * partial / partials..<rows * (partial + 1) / partials, x.base, gradient.base, adding: false,
                to: memory.base + partial * matrix, memory.base + partials * matrix + partial * scratch, workspace)
        }
        unsafe layout.add(memory.base, partials: partials, to: sum, workspace)
    }

    /// The sum over some rows, as a patch matrix, on the calling thread.
    func sum(
        _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, adding: Bool,
        to product: UnsafeMutablePointer<Float>, _ patches: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        let columns = layout.outputs
        let block = geometry.isPointwise ? max(rows.count, 1) : block
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
            let count = min(block, rows.upperBound - first)
            var left = unsafe x + first * depth
            if !geometry.isPointwise {
                var g = geometry.c
                unsafe workspace.instructionSet.loops.patches(&g, x, Int64(first), Int64(count), patches)
                unsafe left = unsafe UnsafePointer(patches)
            }
            unsafe transposedProduct(
                m: depth, n: columns, k: count, left, gradient + first * columns,
                adding: adding || first > rows.lowerBound, to: product)
        }
    }
}

/// The gradient of a 3×3 kernel of stride 1 through Winograd's F(4×4, 3×3): 36 products over tiles, a quarter of the work.
struct WinogradWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: WeightLayout

    /// Floats of the transformed tiles that are in memory at once.
    private static let blockFloats = 2_097_152

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) throws(NetworkError) {
        let (inputs, outputs) = (layout.inputs, layout.outputs)
        let tiles = geometry.winogradTiles(images: images)
        let block = min(tiles, max(128, Self.blockFloats / (36 * (inputs + outputs))))
        let vStride = WinogradConvolution.planeStride(block * inputs)
        let mStride = WinogradConvolution.planeStride(block * outputs)
        let matrix = inputs * outputs
        let scratch = try workspace.floats(36 * (vStride + mStride + matrix) + 9 * matrix)
        let v = unsafe scratch.base
        let m = unsafe v + 36 * vStride
        let products = unsafe m + 36 * mStride
        let loops = unsafe workspace.instructionSet.loops
        for first in stride(from: 0, to: tiles, by: block) {
            let count = min(block, tiles - first)
            workspace.eachBlock(of: count, size: 8) { range, _ in
                var g = geometry.c
                let (tile, few) = (Int64(first + range.lowerBound), Int64(range.count))
                unsafe loops.winograd_input(&g, x.base, tile, few, v + range.lowerBound * inputs, Int64(vStride))
                unsafe loops.winograd_output_gradient(
                    &g, gradient.base, tile, few, m + range.lowerBound * outputs, Int64(mStride))
            }
            workspace.pool.run(36) { plane, _ in
                unsafe transposedProduct(
                    m: inputs, n: outputs, k: count, v + plane * vStride, m + plane * mStride, adding: first > 0,
                    to: products + plane * matrix)
            }
        }
        let gradients = unsafe products + 36 * matrix
        workspace.eachBlock(of: matrix, size: 4096) { range, _ in
            unsafe loops.winograd_kernel_gradient(
                Int64(matrix), Int64(range.lowerBound), Int64(range.count), products, gradients)
        }
        unsafe layout.add(gradients, partials: 1, to: sum, workspace)
    }
}

/// The gradient of a depthwise kernel: partial sums over blocks of rows, added in order. How many blocks there are does not depend on the
/// number of threads.
struct DepthwiseWeightGradient {
    let geometry: ConvolutionGeometry
    let layout: WeightLayout

    private static let blocks = 32

    func add(
        _ x: AlignedBuffer, _ gradient: AlignedBuffer, _ images: Int, _ workspace: Workspace, to sum: AlignedBuffer
    ) throws(NetworkError) {
        let rows = images * Int(geometry.c.out_height)
        let size = (rows + Self.blocks - 1) / Self.blocks
        let partials = (rows + size - 1) / size
        let matrix = layout.taps * layout.outputs
        let sums = try workspace.floats(partials * matrix)
        workspace.eachBlock(of: rows, size: size) { range, block in
            unsafe self.sum(
                range, x.base, gradient.base, adding: false, to: sums.base + block * matrix, workspace)
        }
        unsafe layout.add(sums.base, partials: partials, to: sum, workspace)
    }

    /// The sum over some rows of pixels, as (ky, kx) × channels, on the calling thread.
    func sum(
        _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, adding: Bool,
        to partial: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        if !adding { unsafe partial.update(repeating: 0, count: layout.taps * layout.outputs) }
        var g = geometry.c
        unsafe workspace.instructionSet.loops.depthwise_weight_gradient(
            &g, x, gradient, Int64(rows.lowerBound), Int64(rows.count), partial)
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
