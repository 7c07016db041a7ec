import CKernels

/// A convolution's weights, turned from PyTorch's out × in × (ky, kx) into the orders that the loops want, and back.
struct KernelLayout {
    let outputs: Int
    let inputs: Int
    /// kernel · kernel.
    let taps: Int

    private static let block = 16

    /// (ky, kx, in) × out: what a patch is multiplied with.
    func patchMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) -> AlignedBuffer {
        let matrix = workspace.floats(weights.count)
        eachRow(workspace.pool) { row, output, input in
            for tap in 0..<taps {
                unsafe matrix.base[(tap * inputs + input) * outputs + output] = unsafe weights.base[row * taps + tap]
            }
        }
        return matrix
    }

    /// (ky, kx, out) × in with the taps turned by half a turn: what takes a gradient back through a stride of 1.
    func turnedMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) -> AlignedBuffer {
        let matrix = workspace.floats(weights.count)
        eachRow(workspace.pool) { row, output, input in
            for tap in 0..<taps {
                unsafe matrix.base[((taps - 1 - tap) * outputs + output) * inputs + input] =
                    unsafe weights.base[row * taps + tap]
            }
        }
        return matrix
    }

    /// out × (ky, kx, in): the transpose of `patchMatrix`.
    func transposedMatrix(_ weights: AlignedBuffer, _ workspace: Workspace) -> AlignedBuffer {
        let matrix = workspace.floats(weights.count)
        eachRow(workspace.pool) { row, output, input in
            for tap in 0..<taps {
                unsafe matrix.base[(output * taps + tap) * inputs + input] = unsafe weights.base[row * taps + tap]
            }
        }
        return matrix
    }

    /// Adds `parts` patch matrices, one after the other, to the weights' gradient.
    func add(_ matrices: UnsafeMutablePointer<Float>, parts: Int, to gradient: AlignedBuffer, _ pool: ThreadPool) {
        eachRow(pool) { row, output, input in
            for tap in 0..<taps {
                var sum: Float = 0
                for part in 0..<parts {
                    unsafe sum += matrices[((part * taps + tap) * inputs + input) * outputs + output]
                }
                unsafe gradient.base[row * taps + tap] += sum
            }
        }
    }

    /// Calls `body` for every pair of an output and an input, blocks of outputs at a time: the orders differ in which of the
    /// two lies side by side, and a block of one keeps the cache lines of the other.
    private func eachRow(_ pool: ThreadPool, _ body: (_ row: Int, _ output: Int, _ input: Int) -> Void) {
        pool.run((outputs + Self.block - 1) / Self.block) { block, _ in
            for input in 0..<inputs {
                for output in block * Self.block..<min(outputs, (block + 1) * Self.block) {
                    body(output * inputs + input, output, input)
                }
            }
        }
    }
}

extension Workspace {
    /// A matrix k × n in the panels that `gemm` reads.
    func pack(_ matrix: AlignedBuffer, k: Int, n: Int) -> AlignedBuffer {
        let width = unsafe Int(kernels.table.panel)
        let panels = (n + width - 1) / width
        let packed = floats(k * panels * width)
        pool.run(panels) { panel, _ in
            let column = panel * width
            unsafe kernels.table.pack(
                Int64(k), Int64(min(width, n - column)), matrix.base + column, Int64(n), packed.base + k * column)
        }
        return packed
    }

    /// The 36 matrices k × n of Winograd's F(4×4, 3×3) in panels, from a matrix (ky, kx, k) × n.
    func winogradPack(_ matrix: AlignedBuffer, k: Int, n: Int) -> AlignedBuffer {
        let width = unsafe Int(kernels.table.panel)
        let packed = floats(36 * k * ((n + width - 1) / width * width))
        pool.run(k) { row, _ in
            unsafe kernels.table.winograd_pack(Int64(k), Int64(n), matrix.base, Int64(row), 1, packed.base)
        }
        return packed
    }
}
