import CKernels

/// Upsampling in training: backward adds up the four pixels that repeat one.
struct TrainingUpsampling: TrainingOperator {
    let input: Shape

    var isTrainable: Bool { false }
    var readsInputs: Bool { false }

    func forward(_ inputs: [AlignedBuffer], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let y = try workspace.floats(4 * images * input.count)
        workspace.pool.run(images * input.height) { row, _ in
            unsafe UpsampleOperator.repeatRow(
                row, input, from: inputs[0].base, to: y.base, workspace.instructionSet)
        }
        return y
    }

    func backward(
        _ inputs: [AlignedBuffer], _ gradient: AlignedBuffer, adding present: [AlignedBuffer?], isNeeded: [Bool],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> [AlignedBuffer?] {
        guard isNeeded[0] else { return [nil] }
        let (pixels, channels) = (input.width, input.channels)
        let sum = try workspace.floats(images * input.count, unless: present[0])
        workspace.pool.run(images * input.height) { row, _ in
            let target = unsafe sum.base + row * pixels * channels
            for copy in 0..<4 {
                let start = unsafe gradient.base + ((2 * row + copy / 2) * 2 * pixels + copy % 2) * channels
                unsafe workspace.instructionSet.loops.copy_rows(
                    Int64(pixels), Int64(channels), start, Int64(2 * channels), target, Int64(channels),
                    copy == 0 && present[0] == nil ? 0 : 1)
            }
        }
        return [sum]
    }
}
