import CKernels

/// Puts channels side by side; backward takes them apart.
struct TrainingConcatenation: TrainingOperator {
    /// Channels of each input.
    private let channels: [Int]
    /// Pixels of an image.
    private let pixels: Int

    private static let block = 64

    init(_ inputs: [Shape]) {
        channels = inputs.map(\.channels)
        pixels = inputs[0].height * inputs[0].width
    }

    var isTrainable: Bool { false }
    var readsInputs: Bool { false }

    private var width: Int { channels.reduce(0, +) }

    func forward(_ inputs: [AlignedBuffer], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let y = try workspace.floats(images * pixels * width)
        eachInput(images, workspace) { rows, input, offset in
            let count = channels[input]
            unsafe workspace.instructionSet.loops.copy_rows(
                Int64(rows.count), Int64(count), inputs[input].base + rows.lowerBound * count, Int64(count),
                y.base + rows.lowerBound * width + offset, Int64(width), 0)
        }
        return y
    }

    func backward(
        _ inputs: [AlignedBuffer], _ gradient: AlignedBuffer, adding present: [AlignedBuffer?], isNeeded: [Bool],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> [AlignedBuffer?] {
        let sums = try channels.indices.map { input throws(NetworkError) -> AlignedBuffer? in
            guard isNeeded[input] else { return nil }
            return try workspace.floats(images * pixels * channels[input], unless: present[input])
        }
        eachInput(images, workspace) { rows, input, offset in
            guard let sum = sums[input] else { return }
            let count = channels[input]
            unsafe workspace.instructionSet.loops.copy_rows(
                Int64(rows.count), Int64(count), gradient.base + rows.lowerBound * width + offset, Int64(width),
                sum.base + rows.lowerBound * count, Int64(count), present[input] == nil ? 0 : 1)
        }
        return sums
    }

    /// Runs `body(rows, input, offset)` for blocks of pixels and every input, whose channels begin at `offset`.
    private func eachInput(
        _ images: Int, _ workspace: Workspace, _ body: (_ rows: Range<Int>, _ input: Int, _ offset: Int) -> Void
    ) {
        workspace.eachBlock(of: images * pixels, size: Self.block) { rows, _ in
            var offset = 0
            for (input, count) in channels.enumerated() {
                body(rows, input, offset)
                offset += count
            }
        }
    }
}
