/// A block of float32 aligned to 64 bytes, freed with its owner.
///
/// `@unchecked Sendable` is sound because the buffer has no synchronisation of its own to break: every owner either fills
/// it before it is shared and only reads it afterwards (packed weights), or confines it to the one call that may be in
/// flight on its plan (arena and scratch).
@safe final class AlignedBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    /// - Parameter count: how many floats; the memory is not cleared, and pages are only touched when written.
    init(count: Int) {
        self.count = count
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
        unsafe base = unsafe raw.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    deinit { unsafe base.deallocate() }
}
