import CKernels

/// The search's SIMD loops for one instruction set. The table is a constant of the program, so sharing it is safe.
@safe struct SearchKernels: @unchecked Sendable {
    let table: ck_kernels

    /// The fastest set of this processor.
    static let best = unsafe SearchKernels(table: ck_kernels_best().pointee)

    /// A set by name (`avx512`, `avx2`, `base`), nil where the processor lacks it. For tests.
    static func named(_ name: String) -> SearchKernels? {
        unsafe ck_kernels_named(name).map { unsafe SearchKernels(table: $0.pointee) }
    }
}
