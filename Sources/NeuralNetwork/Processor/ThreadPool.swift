import CKernels

/// Threads for loops of microseconds; the calling thread takes part.
///
/// `@unchecked Sendable`: the pointer never changes after `init`, and the pool's own state is guarded inside it. One `run` at
/// a time is the caller's duty; a plan owns its pool and runs one call at a time.
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
    /// How many of `count` rows a thread should take at a time so that so many threads end together: at most about `largest`,
    /// rounded up to a multiple of `unit`.
    func fairShare(of count: Int, largest: Int, unit: Int) -> Int {
        let largest = Swift.max(largest, unit)
        let rounds = (count + largest * self - 1) / (largest * self)
        let share = (count + rounds * self - 1) / (rounds * self)
        return (share + unit - 1) / unit * unit
    }
}
