import CKernels

/// A convolution as a matrix product: directly on the pixels for 1×1 kernels of stride 1, otherwise on patches that are
/// gathered block by block, so that a block's patches are still in the cache when they are multiplied.
struct MatrixConvolution: Kernel {
    let geometry: ConvolutionGeometry
    let kernels: KernelSet
    let threads: Int
    private let packed: AlignedBuffer
    private let depth: Int

    /// Floats of the left operand that a thread works on at once: 64 KiB, measured fastest.
    private static let blockFloats = 16384

    init(_ geometry: ConvolutionGeometry, weights: FoldedWeights, kernels: KernelSet, threads: Int) {
        let size = Int(geometry.c.kernel)
        self.geometry = geometry
        self.kernels = kernels
        self.threads = threads
        depth = geometry.inputs * size * size
        packed = kernels.pack(
            weights.patchMatrix(inputs: geometry.inputs, outputs: geometry.outputs, size: size),
            k: depth, n: geometry.outputs)
    }

    private var isPointwise: Bool { geometry.c.kernel == 1 && geometry.c.stride == 1 }

    /// Rows of a block: a multiple of the micro-kernel's, small enough for the cache and for every thread to get a share.
    private func blockRows(_ rows: Int) -> Int {
        let unit = unsafe Int(kernels.table.row_block)
        let fitting = max(Self.blockFloats / depth, unit)
        let fair = (rows + threads - 1) / threads
        return (min(fitting, fair) + unit - 1) / unit * unit
    }

    func scratch(images: Int) -> Int {
        isPointwise ? 0 : threads * blockRows(images * geometry.outputPixels) * depth
    }

    func run(_ call: KernelCall) {
        let rows = call.images * geometry.outputPixels
        let columns = geometry.outputs
        let block = blockRows(rows)
        let blocks = (rows + block - 1) / block
        // A few rows against many columns (late layers, one image): the threads share the columns instead.
        if blocks < threads, isPointwise { return runByColumns(call, rows: rows) }
        call.pool.run(blocks) { index, thread in
            let first = index * block
            let count = min(block, rows - first)
            var left = unsafe call.input + first * depth
            if !isPointwise {
                let patches = unsafe call.scratch + thread * block * depth
                var g = geometry.c
                unsafe kernels.table.patches(&g, call.input, Int64(first), Int64(count), patches)
                unsafe left = unsafe UnsafePointer(patches)
            }
            var epilogue = unsafe geometry.epilogue(call.residual.map { unsafe $0 + first * columns })
            unsafe kernels.table.gemm(
                Int64(count), Int64(columns), Int64(depth), left, Int64(depth), packed.base, &epilogue,
                call.output + first * columns, Int64(columns))
        }
    }

    private func runByColumns(_ call: KernelCall, rows: Int) {
        let panel = unsafe Int(kernels.table.panel)
        let panels = (geometry.outputs + panel - 1) / panel
        let parts = min(threads, panels)
        call.pool.run(parts) { part, _ in
            let first = panels * part / parts * panel
            let end = min(panels * (part + 1) / parts * panel, geometry.outputs)
            var epilogue = unsafe geometry.epilogue(call.residual.map { unsafe $0 + first })
            unsafe epilogue.bias = unsafe UnsafePointer(geometry.bias.base) + first
            unsafe kernels.table.gemm(
                Int64(rows), Int64(end - first), Int64(depth), call.input, Int64(depth), packed.base + first * depth,
                &epilogue, call.output + first, Int64(geometry.outputs))
        }
    }
}
