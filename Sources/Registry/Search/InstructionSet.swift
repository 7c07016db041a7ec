import CKernels

/// The search's SIMD loops, compiled for one instruction set. The table of functions is a constant of the program, so sharing it is safe.
@safe struct InstructionSet: @unchecked Sendable {
    let loops: ck_kernels

    /// The fastest one of this processor.
    static let best = unsafe InstructionSet(loops: ck_kernels_best().pointee)

    /// An instruction set by its name (`avx512`, `avx2`, `base`); nil when the processor lacks it. For tests.
    static func named(_ name: String) -> InstructionSet? {
        unsafe ck_kernels_named(name).map { unsafe InstructionSet(loops: $0.pointee) }
    }
}
