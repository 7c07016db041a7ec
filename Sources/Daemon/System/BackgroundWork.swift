import Dispatch
import Foundation
import Registry
import Synchronization

/// Runs long computations, one at a time, on a queue of its own, so that they do not block the threads that requests share.
struct BackgroundWork: Sendable {
    private let queue: DispatchQueue

    init(_ label: String, qos: DispatchQoS = .userInitiated) { queue = DispatchQueue(label: label, qos: qos) }

    /// - Throws: what `work` throws; `internal` for a request that only reads.
    func callAsFunction<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try Effect.checkMayCompute()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Runs work that stops early when the task that waits for it is cancelled.
    /// - Parameter work: calls `check` after each portion. It throws `interrupted` when the task was cancelled.
    /// - Throws: as ``callAsFunction(_:)``.
    func inPortions<T: Sendable>(
        _ work: @escaping @Sendable (_ check: @escaping @Sendable () throws -> Void) throws -> T
    ) async throws -> T {
        let cancelled = Flag()
        return try await withTaskCancellationHandler {
            try await self {
                try cancelled.check()
                return try work { try cancelled.check() }
            }
        } onCancel: {
            cancelled.isSet.store(true, ordering: .releasing)
        }
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)

        func check() throws(RegistryError) {
            guard !isSet.load(ordering: .acquiring) else { throw RegistryError.stopped }
        }
    }
}

/// Runs `work` on a new thread: what looks at paths that users give, whose disk may never answer, and what computes for long.
func onOwnThread<T: Sendable>(
    _ name: String, niceness: Int32 = 0, _ work: @escaping @Sendable () throws -> T
) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            // On Linux a niceness belongs to one thread.
            if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            continuation.resume(with: Result { try work() })
        }
        thread.name = name
        thread.start()
    }
}

/// Runs `work` on a new thread of the lowest priority, so that requests come first.
func atLowestPriority<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await onOwnThread("aniwho.shadow", niceness: 19, work)
}

/// Makes `count` values, in order, on several threads of the lowest priority.
/// - Parameter work: makes the values of a range; `lane` is the number of its thread, from 0.
func inLanes<T: Sendable>(
    _ count: Int, threads: Int, _ work: @escaping @Sendable (_ range: Range<Int>, _ lane: Int) throws -> [T]
) async throws -> [T] {
    let lanes = min(threads, count)
    let parts = try await withThrowingTaskGroup(of: (Int, [T]).self) { tasks in
        for lane in 0..<lanes {
            let range = lane * count / lanes..<(lane + 1) * count / lanes
            tasks.addTask { (lane, try await atLowestPriority { try work(range, lane) }) }
        }
        return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    return (0..<lanes).flatMap { parts[$0] ?? [] }
}
