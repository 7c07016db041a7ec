import CKernels

/// The maximum or mean of windows, and its gradient. One thread does a whole image backward, so that no two threads add to the same pixel.
struct TrainingPooling: TrainingOperator {
    private let geometry: ck_convolution
    private let kind: ck_pooling
    private let input: Shape
    private let output: Shape

    init(_ pooling: Pooling, input: Shape, output: Shape) {
        geometry = ck_convolution(
            kernel: .square(pooling.size), stride: pooling.stride, padding: pooling.padding, input: input,
            output: output, channels: input.channels)
        kind = pooling.kind.cValue
        (self.input, self.output) = (input, output)
    }

    var isTrainable: Bool { false }
    var readsInputs: Bool { kind == CK_POOL_MAXIMUM }

    func forward(_ inputs: [AlignedBuffer], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let y = try workspace.floats(images * output.count)
        workspace.pool.run(images * output.height) { row, _ in
            var g = geometry
            unsafe workspace.instructionSet.loops.pool(&g, kind, inputs[0].base, Int64(row), 1, y.base)
        }
        return y
    }

    func backward(
        _ inputs: [AlignedBuffer], _ gradient: AlignedBuffer, adding present: [AlignedBuffer?], isNeeded: [Bool],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> [AlignedBuffer?] {
        guard isNeeded[0] else { return [nil] }
        let sum = try workspace.floats(images * input.count, unless: present[0])
        workspace.pool.run(images) { image, _ in
            var g = geometry
            let pixels = unsafe sum.base + image * input.count
            if present[0] == nil { unsafe pixels.update(repeating: 0, count: input.count) }
            // The gradient of a mean does not depend on the values, so a mean has none here.
            let values = unsafe UnsafePointer(inputs.first?.base ?? sum.base) + image * input.count
            unsafe workspace.instructionSet.loops.pool_gradient(
                &g, kind, values, gradient.base + image * output.count, pixels)
        }
        return [sum]
    }
}
