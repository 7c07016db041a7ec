import CKernels

/// The layout of a convolution's weights: PyTorch's out × in × (ky, kx) in files and parameters, others in the loops. Converts between them.
struct WeightLayout {
    let outputs: Int
    let inputs: Int
    /// The kernel's height times its width.
    let taps: Int

    /// Outputs of a block.
    private static let block = 16

    /// PyTorch's layout.
    private var stored: ck_order { order(output: inputs * taps, input: taps, tap: 1) }

    /// The layout of a matrix (ky, kx, in) × out.
    private var patches: ck_order { order(output: 1, input: outputs, tap: inputs * outputs) }

    private func order(output: Int, input: Int, tap: Int) -> ck_order {
        ck_order(output: Int64(output), input: Int64(input), tap: Int64(tap))
    }

    /// (ky, kx, in) × out: what a patch is multiplied with.
    func patchMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let matrix = try workspace.floats(weights.count)
        unsafe reorder(weights.base, stored, to: matrix.base, patches, workspace)
        return matrix
    }

    /// (ky, kx, out) × in with the taps turned by half a turn: the weights of the convolution that takes a gradient back through stride 1.
    func turnedMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        if taps == 1 { return weights }
        let matrix = try workspace.floats(weights.count)
        let tap = outputs * inputs
        unsafe reorder(
            weights.base, stored, to: matrix.base + (taps - 1) * tap, order(output: inputs, input: 1, tap: -tap),
            workspace)
        return matrix
    }

    /// out × (ky, kx, in): the transpose of `patchMatrix`.
    func transposedMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        if taps == 1 { return weights }
        let matrix = try workspace.floats(weights.count)
        unsafe reorder(
            weights.base, stored, to: matrix.base, order(output: taps * inputs, input: 1, tap: inputs), workspace)
        return matrix
    }

    /// Adds `partials` patch matrices, one after the other, to the weights' gradient.
    func add(
        _ matrices: UnsafeMutablePointer<Float>, partials: Int, to gradient: AlignedBuffer, _ workspace: Workspace
    ) {
        unsafe reorder(matrices, patches, partials: partials, to: gradient.base, stored, adding: true, workspace)
    }

    private func reorder(
        _ source: UnsafePointer<Float>, _ from: ck_order, partials: Int = 1, to target: UnsafeMutablePointer<Float>,
        _ to: ck_order, adding: Bool = false, _ workspace: Workspace
    ) {
        workspace.eachBlock(of: outputs, size: Self.block) { range, _ in
            var (from, to) = (from, to)
            let first = range.lowerBound
            unsafe workspace.instructionSet.loops.reorder(
                Int64(range.count), Int64(inputs), Int64(taps), source + first * Int(from.output), &from,
                Int64(partials),
                Int64(taps * inputs * outputs), target + first * Int(to.output), &to, adding ? 1 : 0)
        }
    }
}

extension Workspace {
    /// A matrix k × n in the panels that `gemm` reads.
    /// - Parameter isTransposed: whether it is stored n × k.
    func pack(_ matrix: AlignedBuffer, k: Int, n: Int, isTransposed: Bool = false) throws(NetworkError) -> AlignedBuffer
    {
        let width = unsafe Int(instructionSet.loops.panel)
        let panels = (n + width - 1) / width
        let packed = try floats(k * panels * width)
        pool.run(panels) { panel, _ in
            let column = panel * width
            let (count, to) = (Int64(min(width, n - column)), unsafe packed.base + k * column)
            if isTransposed {
                unsafe instructionSet.loops.pack_transposed(Int64(k), count, matrix.base + column * k, Int64(k), to)
            } else {
                unsafe instructionSet.loops.pack(Int64(k), count, matrix.base + column, Int64(n), to)
            }
        }
        return packed
    }

    /// The 36 matrices k × n of Winograd's F(4×4, 3×3) in panels, from a matrix (ky, kx, k) × n.
    func winogradPack(_ matrix: AlignedBuffer, k: Int, n: Int) throws(NetworkError) -> AlignedBuffer {
        let width = unsafe Int(instructionSet.loops.panel)
        let packed = try floats(36 * k * ((n + width - 1) / width * width))
        pool.run(k) { row, _ in
            unsafe instructionSet.loops.winograd_pack(Int64(k), Int64(n), matrix.base, Int64(row), 1, packed.base)
        }
        return packed
    }
}
