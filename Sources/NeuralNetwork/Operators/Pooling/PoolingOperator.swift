import CKernels

/// The maximum or mean of windows; see `Pooling`.
struct PoolingOperator: Operator {
    let geometry: ck_convolution
    let kind: ck_pooling
    let instructionSet: InstructionSet

    /// - Parameter output: the shape of the value that is written. It has more channels than the input where the step writes into a
    ///   concatenation.
    init(_ pooling: Pooling, input: Shape, output: Shape, instructionSet: InstructionSet) {
        geometry = ck_convolution(
            kernel: .square(pooling.size), stride: pooling.stride, padding: pooling.padding, input: input,
            output: output, channels: input.channels)
        kind = pooling.kind.cValue
        self.instructionSet = instructionSet
    }

    func scratch(images: Int, threads: Int) -> Int { 0 }

    func run(_ call: OperatorCall) {
        call.pool.run(call.images * Int(geometry.out_height)) { row, _ in
            var g = geometry
            unsafe instructionSet.loops.pool(&g, kind, call.input, Int64(row), 1, call.output)
        }
    }
}

extension Pooling.Kind {
    var cValue: ck_pooling {
        switch self {
        case .maximum: CK_POOL_MAXIMUM
        case .average: CK_POOL_AVERAGE
        }
    }
}
