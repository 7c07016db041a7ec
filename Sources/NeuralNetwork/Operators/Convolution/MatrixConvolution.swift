import CKernels

/// A convolution as a matrix product. A 1×1 kernel of stride 1 multiplies the pixels directly. Any other gathers patches block by block, so
/// that a block's patches are still in the cache when they are multiplied.
struct MatrixConvolution: Operator {
    let geometry: ConvolutionGeometry
    let instructionSet: InstructionSet
    private let packed: AlignedBuffer
    private let depth: Int

    /// Floats of the left operand that a thread works on at once: 64 KiB, measured fastest.
    private static let blockFloats = 16384

    init(_ geometry: ConvolutionGeometry, weights: FoldedWeights, instructionSet: InstructionSet) {
        let taps = geometry.kernel.taps
        self.init(
            geometry,
            packed: instructionSet.pack(
                weights.patchMatrix(inputs: geometry.inputs, outputs: geometry.outputs, taps: taps),
                k: geometry.inputs * taps, n: geometry.outputs),
            instructionSet: instructionSet)
    }

    /// - Parameter packed: the matrix (ky, kx, in) × out in panels.
    init(_ geometry: ConvolutionGeometry, packed: AlignedBuffer, instructionSet: InstructionSet) {
        self.geometry = geometry
        self.instructionSet = instructionSet
        self.packed = packed
        depth = geometry.inputs * geometry.kernel.taps
    }

    /// Rows of a block: a multiple of the rows that the product computes at once, small enough for the cache, and the same number of blocks
    /// for every thread.
    private func blockRows(_ rows: Int, threads: Int) -> Int {
        unsafe threads.evenBlock(of: rows, largest: Self.blockFloats / depth, unit: Int(instructionSet.loops.row_block))
    }

    /// Whether there are few rows and many columns (late layers, one image). The weights are large there, and each thread reads a block of
    /// their columns.
    private func sharesColumns(rows: Int, threads: Int) -> Bool {
        unsafe rows < geometry.outputs && geometry.outputs >= 2 * threads * Int(instructionSet.loops.panel)
    }

    func scratch(images: Int, threads: Int) -> Int {
        let rows = images * geometry.outputPixels
        if geometry.isPointwise { return 0 }
        if sharesColumns(rows: rows, threads: threads) { return rows * depth }
        return threads * blockRows(rows, threads: threads) * depth
    }

    func run(_ call: OperatorCall) {
        let rows = call.images * geometry.outputPixels
        let columns = geometry.outputs
        if sharesColumns(rows: rows, threads: call.pool.threads) { return runByColumns(call, rows: rows) }
        let block = blockRows(rows, threads: call.pool.threads)
        let blocks = (rows + block - 1) / block
        call.pool.run(blocks) { index, thread in
            let first = index * block
            let count = min(block, rows - first)
            var left = unsafe call.input + first * depth
            if !geometry.isPointwise {
                let patches = unsafe call.scratch + thread * block * depth
                var g = geometry.c
                unsafe instructionSet.loops.patches(&g, call.input, Int64(first), Int64(count), patches)
                unsafe left = unsafe UnsafePointer(patches)
            }
            var epilogue = unsafe geometry.epilogue(call.residual.map { unsafe $0 + first * columns })
            unsafe instructionSet.loops.gemm(
                Int64(count), Int64(columns), Int64(depth), left, Int64(depth), packed.base, &epilogue,
                call.output + first * geometry.outputStride, Int64(geometry.outputStride))
        }
    }

    private func runByColumns(_ call: OperatorCall, rows: Int) {
        var left = unsafe call.input
        if !geometry.isPointwise {
            let lines = call.pool.threads.evenBlock(of: rows, largest: rows, unit: 1)
            call.pool.run((rows + lines - 1) / lines) { index, _ in
                var g = geometry.c
                let first = index * lines
                unsafe instructionSet.loops.patches(
                    &g, call.input, Int64(first), Int64(min(lines, rows - first)), call.scratch + first * depth)
            }
            unsafe left = unsafe UnsafePointer(call.scratch)
        }
        let panel = unsafe Int(instructionSet.loops.panel)
        let panels = (geometry.outputs + panel - 1) / panel
        let blocks = min(call.pool.threads, panels)
        call.pool.run(blocks) { block, _ in
            let first = panels * block / blocks * panel
            let end = min(panels * (block + 1) / blocks * panel, geometry.outputs)
            var epilogue = unsafe geometry.epilogue(call.residual.map { unsafe $0 + first })
            unsafe epilogue.bias = unsafe UnsafePointer(geometry.bias.base) + first
            unsafe instructionSet.loops.gemm(
                Int64(rows), Int64(end - first), Int64(depth), left, Int64(depth), packed.base + first * depth,
                &epilogue, call.output + first, Int64(geometry.outputStride))
        }
    }
}
