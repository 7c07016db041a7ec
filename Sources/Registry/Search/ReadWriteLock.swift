import Glibc

/// Guards a value that many threads read at a time, and that one thread at a time writes.
///
/// A writer that waits goes before the readers that come after it. So readers that come again and again never keep a writer out, and a
/// reader waits at most for one change. A reader must not read again inside its reading: it would wait for a writer that waits for it.
///
/// Unchecked `Sendable`, because the compiler does not know that the lock guards the value. That is sound if what `read` and `write` pass
/// to their closures does not leave them: the value changes only while the lock is held for writing, when nothing reads it.
@safe final class ReadWriteLock<Value>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private var value: Value

    init(_ value: Value) {
        self.value = value
        unsafe lock = .allocate(capacity: 1)
        var attributes = pthread_rwlockattr_t()
        unsafe pthread_rwlockattr_init(&attributes)
        unsafe pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        unsafe pthread_rwlock_init(lock, &attributes)
        unsafe pthread_rwlockattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_rwlock_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs `body` while nothing writes. Other threads may read at the same time.
    func read<T, Failure: Error>(_ body: (Value) throws(Failure) -> T) throws(Failure) -> T {
        unsafe pthread_rwlock_rdlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body(value)
    }

    /// Runs `body` while nothing else reads or writes.
    func write<T, Failure: Error>(_ body: (inout Value) throws(Failure) -> T) throws(Failure) -> T {
        unsafe pthread_rwlock_wrlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body(&value)
    }
}
