import Dispatch

/// A thread for tasks of the test's own, which run on it one after the other, however busy the shared ones are.
final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "OwnThread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
