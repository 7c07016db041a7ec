import CKernels

/// Threads for loops that take microseconds. The calling thread works too.
///
/// `@unchecked Sendable`: the pointer never changes after `init`, and the C code guards the pool's own state. The caller must not start a
/// second `run` before the first returns; a plan owns its pool and runs one call at a time.
@safe package final class ThreadPool: @unchecked Sendable {
    private let pool: OpaquePointer
    package let threads: Int

    package init(threads: Int) {
        unsafe pool = unsafe ck_pool_create(Int32(threads))
        self.threads = unsafe Int(ck_pool_threads(pool))
    }

    deinit { unsafe ck_pool_destroy(pool) }

    /// Runs `body(index, thread)` for every index below `count`, in any order, and returns when all are done.
    package func run(_ count: Int, _ body: (_ index: Int, _ thread: Int) -> Void) {
        guard count > 0 else { return }
        withoutActuallyEscaping(body) { body in
            var context = body
            unsafe withUnsafeMutablePointer(to: &context) { pointer in
                unsafe ck_pool_run(pool, Int64(count), pointer) { context, index, thread in
                    let body = unsafe context?.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee
                    body?(Int(index), Int(thread))
                }
            }
        }
    }
}

extension Int {
    /// The size of the blocks of `count` rows with which so many threads (`self`) end together: at most about `largest`, rounded up to a
    /// multiple of `unit`. Of no rows it is one unit.
    func evenBlock(of count: Int, largest: Int, unit: Int) -> Int {
        guard count > 0 else { return unit }
        let largest = Swift.max(largest, unit)
        let rounds = (count + largest * self - 1) / (largest * self)
        let block = (count + rounds * self - 1) / (rounds * self)
        return (block + unit - 1) / unit * unit
    }
}
