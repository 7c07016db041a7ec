import CKernels

/// Copies a value into its place among the channels of a wider one.
struct CopyOperator: Operator {
    let input: Shape
    /// Channels of the wider one.
    let stride: Int
    let instructionSet: InstructionSet

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        let line = input.width
        call.pool.run(call.images * input.height) { row, _ in
            unsafe instructionSet.loops.copy_rows(
                Int64(line), Int64(input.channels), call.input + row * line * input.channels, Int64(input.channels),
                call.output + row * line * stride, Int64(stride), 0)
        }
    }
}
