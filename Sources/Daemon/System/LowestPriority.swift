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

/// Makes so many things, in order, on some threads of the lowest priority.
/// - Parameter work: makes those of a range; the lane is below the number of threads.
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
