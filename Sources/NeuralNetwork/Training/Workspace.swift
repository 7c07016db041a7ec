/// What the operators of a training plan share: the threads, the SIMD loops and the memory. One operator runs at a time.
final class Workspace {
    let pool: ThreadPool
    /// The calling thread only, for work inside a loop that runs on all threads.
    let alone = ThreadPool(threads: 1)
    let instructionSet: InstructionSet
    private let heap: BufferHeap

    /// - Throws: `NetworkError` with `outOfMemory` if there is no address space for its memory.
    init(threads: Int, instructionSet: InstructionSet) throws(NetworkError) {
        heap = try BufferHeap()
        pool = ThreadPool(threads: threads)
        self.instructionSet = instructionSet
    }

    /// The most bytes that its buffers may have in total.
    var limit: Int { heap.reserved }

    /// A buffer of so many floats, of unknown values.
    /// - Throws: `NetworkError` with `outOfMemory`.
    func floats(_ count: Int) throws(NetworkError) -> AlignedBuffer { try AlignedBuffer(count: count, from: heap) }

    /// A buffer that is there already, or else a new one.
    func floats(_ count: Int, unless present: AlignedBuffer?) throws(NetworkError) -> AlignedBuffer {
        if let present { return present }
        return try floats(count)
    }

    func floats(copying values: [Float]) throws(NetworkError) -> AlignedBuffer {
        let buffer = try floats(values.count)
        unsafe values.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe buffer.base.update(from: first, count: source.count)
        }
        return buffer
    }

    /// Runs `body(rows, block)` over blocks of `count` rows, `size` rows each but the last.
    func eachBlock(of count: Int, size: Int, _ body: (_ rows: Range<Int>, _ block: Int) -> Void) {
        guard count > 0 else { return }
        pool.run((count + size - 1) / size) { block, _ in
            body(block * size..<min(count, (block + 1) * size), block)
        }
    }
}
