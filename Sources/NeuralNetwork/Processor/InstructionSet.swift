import CKernels

/// An instruction set of the processor, with the SIMD loops that were compiled for it.
///
/// `@unchecked Sendable`: the loops are a table of functions, and a constant of the program.
@safe struct InstructionSet: @unchecked Sendable {
    let loops: ck_kernels

    /// The fastest instruction set of this processor.
    static let best = unsafe InstructionSet(loops: ck_kernels_best().pointee)

    /// A set by name (`avx512`, `avx2`, `base`), nil where the processor lacks it.
    static func named(_ name: String) -> InstructionSet? {
        unsafe ck_kernels_named(name).map { unsafe InstructionSet(loops: $0.pointee) }
    }

    /// A set by name; nil takes the best.
    /// - Throws: `NetworkError` with `unknownName` where this processor lacks it.
    static func checked(_ name: String?) throws(NetworkError) -> InstructionSet {
        guard let name else { return .best }
        guard let set = named(name) else {
            throw NetworkError(.unknownName, "this processor has no instruction set \(name)")
        }
        return set
    }

    /// `planes` matrices of k × n, row-major, one after the other, in the panels that `gemm` reads.
    func pack(_ matrices: [Float], planes: Int = 1, k: Int, n: Int) -> AlignedBuffer {
        let each = packedCount(k: k, n: n)
        let packed = AlignedBuffer(count: planes * each)
        unsafe matrices.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            for plane in 0..<planes {
                unsafe loops.pack(Int64(k), Int64(n), base + plane * k * n, Int64(n), packed.base + plane * each)
            }
        }
        return packed
    }

    /// The same for one matrix that is stored n × k, row-major.
    func pack(transposed matrix: [Float], k: Int, n: Int) -> AlignedBuffer {
        let packed = AlignedBuffer(count: packedCount(k: k, n: n))
        unsafe matrix.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe loops.pack_transposed(Int64(k), Int64(n), base, Int64(k), packed.base)
        }
        return packed
    }

    /// Floats of a matrix k × n in panels.
    private func packedCount(k: Int, n: Int) -> Int {
        let width = unsafe Int(loops.panel)
        return k * ((n + width - 1) / width * width)
    }
}
