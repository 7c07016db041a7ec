import CKernels

/// A 1×1 convolution and the depthwise convolution that reads its result, as one step: the first half of an inverted residual block (Sandler et
/// al., "MobileNetV2", arXiv:1801.04381).
///
/// The result of the first has several times the channels of what goes in and comes out. It is made some rows and some channels at a time, as
/// the second reads it, and so stays in the cache; whole, it would go through memory. Every value is the same, to the bit.
struct ExpandedDepthwise: Operator {
    private let expansion: ConvolutionGeometry
    private let geometry: ConvolutionGeometry
    private let instructionSet: InstructionSet
    /// The first convolution's matrix, in panels.
    private let packed: AlignedBuffer
    /// The second's kernels: for each group of channels, kernel × kernel × its channels.
    private let kernels: AlignedBuffer
    /// Channels that are made at a time: whole panels of the matrix.
    private let group: Int
    /// Rows of the output that are made at a time.
    private let step: Int

    /// Bytes of the first convolution's result that a thread makes at a time: measured fastest.
    private static let bandBytes = 1 << 16
    /// Rows of a part of an image, if the parts are more than the threads. Where two parts meet, both make the rows that both read.
    private static let fewestRows = 16

    /// - Parameters:
    ///   - expansion: of the 1×1 convolution.
    ///   - geometry: of the depthwise convolution.
    init(
        expansion: ConvolutionGeometry, expansionWeights: FoldedWeights, _ geometry: ConvolutionGeometry,
        weights: FoldedWeights, instructionSet: InstructionSet
    ) {
        (self.expansion, self.geometry, self.instructionSet) = (expansion, geometry, instructionSet)
        let (taps, channels) = (geometry.kernel.taps, geometry.outputs)
        packed = instructionSet.pack(
            expansionWeights.patchMatrix(inputs: expansion.inputs, outputs: channels, taps: 1), k: expansion.inputs,
            n: channels)
        let group = unsafe Int(instructionSet.loops.panel)
        self.group = group
        kernels = AlignedBuffer(
            stride(from: 0, to: channels, by: group).flatMap { first in
                (0..<taps).flatMap { tap in
                    (first..<min(first + group, channels)).map { weights.kernel[$0 * taps + tap] }
                }
            })
        let line = Int(geometry.c.width) * group * MemoryLayout<Float>.stride
        let rows = max(Self.bandBytes / line, geometry.kernel.height)
        step = (rows - geometry.kernel.height) / Int(geometry.c.stride) + 1
    }

    private var groups: Int { (geometry.outputs + group - 1) / group }
    /// Floats of the rows that `step` rows of the output read, in one group's channels.
    private var band: Int {
        ((step - 1) * Int(geometry.c.stride) + geometry.kernel.height) * Int(geometry.c.width) * group
    }
    /// Floats of the rows that the next rows of the output read as well, in one group's channels.
    private var overlap: Int {
        max(0, geometry.kernel.height - Int(geometry.c.stride)) * Int(geometry.c.width) * group
    }
    private var threadScratch: Int { band + groups * overlap }

    func scratch(images: Int, threads: Int) -> Int { threads * threadScratch }

    func run(_ call: OperatorCall) {
        let rows = Int(geometry.c.out_height)
        let threads = call.pool.threads
        // As many parts of an image for every thread; whole images where there are enough of them.
        let twice = 2 * threads
        let parts = call.images >= twice || threads == 1 ? 1 : rows >= twice * Self.fewestRows ? twice : threads
        call.pool.run(call.images * parts) { index, thread in
            let part = index % parts
            unsafe run(
                call, image: index / parts, rows: rows * part / parts..<rows * (part + 1) / parts,
                call.scratch + thread * threadScratch)
        }
    }

    /// The rows of the first convolution's result that some rows of the output read.
    private func read(by rows: Range<Int>) -> Range<Int> {
        let (stride, pad) = (Int(geometry.c.stride), Int(geometry.c.pad_top))
        let end = (rows.upperBound - 1) * stride - pad + geometry.kernel.height
        return max(0, rows.lowerBound * stride - pad)..<min(Int(geometry.c.height), end)
    }

    /// Rows of one image's output.
    private func run(_ call: OperatorCall, image: Int, rows: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let channels = geometry.outputs
        let input = unsafe call.input + image * expansion.inputPixels * expansion.inputs
        let output = unsafe call.output + image * geometry.outputPixels * channels
        /// The first rows that are made already: the rows before have read them.
        var kept = 0
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let part = row..<min(row + step, rows.upperBound)
            let needed = read(by: part)
            let next =
                part.upperBound < rows.upperBound ? read(by: part.upperBound..<part.upperBound + 1).lowerBound : Int.max
            for (index, first) in stride(from: 0, to: channels, by: group).enumerated() {
                let count = min(group, channels - first)
                let line = Int(geometry.c.width) * count
                let above = unsafe scratch + band + index * overlap
                unsafe scratch.update(from: above, count: kept * line)
                unsafe expand(
                    input, needed.lowerBound + kept..<needed.upperBound, first, count, scratch + kept * line)
                unsafe filter(scratch, needed, part, first, count, output)
                if next < needed.upperBound {
                    unsafe above.update(
                        from: scratch + (next - needed.lowerBound) * line, count: (needed.upperBound - next) * line)
                }
            }
            kept = max(0, needed.upperBound - next)
        }
    }

    /// Some channels of some rows of the first convolution's result.
    private func expand(
        _ input: UnsafePointer<Float>, _ rows: Range<Int>, _ first: Int, _ count: Int,
        _ band: UnsafeMutablePointer<Float>
    ) {
        let (width, depth) = (Int(geometry.c.width), expansion.inputs)
        var epilogue = unsafe expansion.epilogue(nil)
        unsafe epilogue.bias = unsafe UnsafePointer(expansion.bias.base) + first
        unsafe instructionSet.loops.gemm(
            Int64(rows.count * width), Int64(count), Int64(depth), input + rows.lowerBound * width * depth,
            Int64(depth), packed.base + first * depth, &epilogue, band, Int64(count))
    }

    /// The same channels of the output's rows that read them.
    /// - Parameter made: the rows of the first convolution's result that are in the band.
    private func filter(
        _ band: UnsafePointer<Float>, _ made: Range<Int>, _ rows: Range<Int>, _ first: Int, _ count: Int,
        _ output: UnsafeMutablePointer<Float>
    ) {
        var g = geometry.c
        g.pad_top = Int32(made.lowerBound) - (Int32(rows.lowerBound) * g.stride - g.pad_top)
        (g.height, g.out_height) = (Int32(made.count), Int32(rows.count))
        (g.channels, g.out_channels) = (Int32(count), Int32(count))
        var epilogue = unsafe geometry.epilogue(nil)
        unsafe epilogue.bias = unsafe UnsafePointer(geometry.bias.base) + first
        unsafe instructionSet.loops.depthwise(
            &g, band, kernels.base + first * geometry.kernel.taps, 0, Int64(rows.count), &epilogue,
            output + rows.lowerBound * Int(g.out_width) * geometry.outputs + first)
    }
}
