import Foundation
import Synchronization

/// Threads that the tasks of requests run on, so that no request ever keeps a thread that another kind of work needs.
///
/// Swift's own threads are left to what is always short: the watchdog, timers, and the tasks that wait for jobs. A piece of a task, up to its
/// next `await`, is one turn; turns are given in the order in which they were asked for. A request of many pictures asks for one turn after
/// another, so that the others come in between.
final class WorkThreads: TaskExecutor {
    /// For what takes milliseconds: as many threads as cores.
    static let short = WorkThreads("aniwho.short", threads: max(2, cores))
    /// For large bodies, large pictures and reviews: half as many threads as cores, of a lower priority. They always leave cores to the others.
    static let long = WorkThreads("aniwho.long", threads: max(1, cores / 2), niceness: 5)
    /// For pictures that a process of its own decodes: the threads only wait for it. They are also the limit on such processes.
    static let decoders = WorkThreads("aniwho.decoders", threads: max(2, cores))
    /// For the health checks, which wait for nothing else.
    static let health = WorkThreads("aniwho.health", threads: 1)

    private static let cores = ProcessInfo.processInfo.activeProcessorCount

    /// The jobs in the order of their arrival. A job that was taken is removed later, together with others.
    private struct Jobs {
        var all: [UnownedJob] = []
        var taken = 0

        mutating func take() -> UnownedJob {
            defer {
                taken += 1
                if taken == all.count { (all, taken) = ([], 0) }
                if taken > 1024 {
                    all.removeFirst(taken)
                    taken = 0
                }
            }
            return all[taken]
        }
    }

    /// The number of threads.
    let count: Int
    private let jobs = Mutex(Jobs())
    private let arrived = DispatchSemaphore(value: 0)

    /// The threads run until the process ends.
    init(_ name: String, threads: Int, niceness: Int32 = 0) {
        count = threads
        for _ in 0..<threads {
            let thread = Thread { [self] in
                // On Linux a niceness belongs to one thread.
                if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
                while true {
                    arrived.wait()
                    let job = jobs.withLock { $0.take() }
                    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
            thread.name = name
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.all.append(job) }
        arrived.signal()
    }
}
