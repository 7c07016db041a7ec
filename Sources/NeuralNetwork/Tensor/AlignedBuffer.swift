/// Floats in memory aligned to 64 bytes. The memory is freed with the last reference, or given back to the heap that it came from.
///
/// `@unchecked Sendable`: the buffer synchronizes nothing. Every owner either fills it before it is shared and only reads it afterwards
/// (packed weights), or uses it in one call on its plan at a time (arena and scratch).
@safe final class AlignedBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Float>
    private let heap: BufferHeap?

    /// - Parameters:
    ///   - count: how many floats; the memory is not cleared, and pages are only touched when written.
    ///   - heap: where the memory comes from; nil allocates it from the process.
    init(count: Int, from heap: BufferHeap? = nil) {
        self.count = count
        self.heap = heap
        let raw = unsafe heap?.allocate(count * 4) ?? .allocate(byteCount: max(count, 1) * 4, alignment: 64)
        unsafe base = unsafe raw.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    deinit {
        if let heap {
            unsafe heap.free(base, count * 4)
        } else {
            unsafe base.deallocate()
        }
    }
}

extension AlignedBuffer {
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { unsafe base[index] = value }
    }

    convenience init(zeros count: Int) {
        self.init(count: count)
        clear()
    }

    func clear() { unsafe base.update(repeating: 0, count: count) }

    /// A copy.
    var values: [Float] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}
