/// Floats in memory aligned to 64 bytes. The memory is freed with the last reference, or given back to the heap that it came from. A part
/// of another buffer keeps that one.
///
/// `@unchecked Sendable`: the buffer synchronizes nothing. Every owner either fills it before it is shared and only reads it afterwards
/// (packed weights), or uses it in one call on its plan at a time (arena and scratch).
@safe final class AlignedBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Float>
    private let heap: BufferHeap?
    private let whole: AlignedBuffer?

    /// How many floats fit between two aligned addresses.
    static let alignment = 16

    private init(_ memory: UnsafeMutableRawPointer, count: Int, heap: BufferHeap?) {
        (self.count, self.heap, whole) = (count, heap, nil)
        unsafe base = unsafe memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    /// A part of another buffer, which begins at an aligned address.
    init(partOf whole: AlignedBuffer, at offset: Int, count: Int) {
        precondition(
            offset % Self.alignment == 0 && offset >= 0 && count >= 0 && offset + count <= whole.count,
            "\(count) floats at \(offset) are no aligned part of \(whole.count)")
        (self.count, heap, self.whole) = (count, nil, whole)
        unsafe base = whole.base + offset
    }

    /// Memory of the process.
    /// - Parameter count: how many floats; the memory is not cleared, and pages are only touched when written.
    convenience init(count: Int) {
        unsafe self.init(.allocate(byteCount: max(count, 1) * 4, alignment: 64), count: count, heap: nil)
    }

    /// The same from a heap.
    /// - Throws: `NetworkError` with `outOfMemory`.
    convenience init(count: Int, from heap: BufferHeap) throws(NetworkError) {
        unsafe self.init(try heap.allocate(count * 4), count: count, heap: heap)
    }

    deinit {
        if whole != nil { return }
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
