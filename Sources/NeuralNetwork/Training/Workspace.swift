/// What the operators of a training plan share: the threads, the SIMD loops and the memory. One operator runs at a time.
final class Workspace {
    let pool: ThreadPool
    /// The calling thread only, for work inside a loop that runs on all threads.
    let alone = ThreadPool(threads: 1)
    let instructionSet: InstructionSet
    private let heap = BufferHeap()

    init(threads: Int, instructionSet: InstructionSet) {
        pool = ThreadPool(threads: threads)
        self.instructionSet = instructionSet
    }

    /// A buffer of so many floats, of unknown values.
    func floats(_ count: Int) -> AlignedBuffer { AlignedBuffer(count: count, from: heap) }

    func floats(copying values: [Float]) -> AlignedBuffer {
        let buffer = floats(values.count)
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
