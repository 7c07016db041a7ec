import Foundation

/// Does something on a thread of its own that the system lets run where nobody else wants to: questions come first.
func atLowestPriority<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            // On Linux a niceness is one thread's.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
            continuation.resume(with: Result { try work() })
        }
        thread.name = "aniwho.shadow"
        thread.start()
    }
}
