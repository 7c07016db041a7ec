/// What the operators of a plan share while they work: the threads, the loops, and scratch memory that grows to the largest
/// wish and is never cleared. One operator works at a time.
final class Workspace {
    let pool: ThreadPool
    let kernels: KernelSet
    private var scratch = AlignedBuffer(count: 0)

    init(threads: Int, kernels: KernelSet) {
        pool = ThreadPool(threads: threads)
        self.kernels = kernels
    }

    /// At least so many floats, of unknown values; valid until the next call.
    func floats(_ count: Int) -> AlignedBuffer {
        if scratch.count < count {
            scratch = AlignedBuffer(count: 0)  // the old one goes before the new one comes
            scratch = AlignedBuffer(count: count)
        }
        return scratch
    }

    /// Runs `body(rows, block)` over blocks of `count` rows, `size` rows each but the last.
    func eachBlock(of count: Int, size: Int, _ body: (_ rows: Range<Int>, _ block: Int) -> Void) {
        pool.run((count + size - 1) / size) { block, _ in
            body(block * size..<min(count, (block + 1) * size), block)
        }
    }
}
