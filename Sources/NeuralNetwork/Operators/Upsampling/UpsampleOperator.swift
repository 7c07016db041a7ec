import CKernels

/// Doubles height and width: every pixel becomes a square of 2×2 equal pixels.
struct UpsampleOperator: Operator {
    let input: Shape
    let instructionSet: InstructionSet

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        call.pool.run(call.images * input.height) { row, _ in
            unsafe Self.repeatRow(row, input, from: call.input, to: call.output, instructionSet)
        }
    }

    /// Writes the two rows of the result that repeat one row of the input.
    /// - Parameter row: counted over the rows of all images.
    static func repeatRow(
        _ row: Int, _ input: Shape, from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
        _ instructionSet: InstructionSet
    ) {
        let (pixels, channels) = (input.width, input.channels)
        let line = unsafe source + row * pixels * channels
        for copy in 0..<4 {
            let start = unsafe target + ((2 * row + copy / 2) * 2 * pixels + copy % 2) * channels
            unsafe instructionSet.loops.copy_rows(
                Int64(pixels), Int64(channels), line, Int64(channels), start, Int64(2 * channels), 0)
        }
    }
}
