import API
import Foundation
import Registry

/// Runs jobs, oldest first, from several queues, each one at a time: trainings and comparisons in child processes, changes of the model, and the
/// kinds of work on what is enrolled.
///
/// Every step is recorded in the registry before it is taken, so that a daemon that starts again resumes the job that was running. One
/// task works on each queue, in ``run(_:)``; routes call the other methods meanwhile.
actor JobRunner {
    /// A job that is running.
    struct Current {
        /// nil when the daemon does the work itself.
        let child: ChildProcess?
        let isEnrolledWork: Bool
        /// What shows that the job is still this daemon's.
        let hold: JobHold
        /// Whether it is too late to cancel: its product is being stored in the registry, or its model is becoming the one that answers.
        var isCommitted = false
        /// Stops work on what is enrolled; nil before it begins.
        var stop: (@Sendable () -> Void)?
        /// Whether that work was cancelled. The registry learns it when the work has stopped.
        var isCancelled = false
    }

    /// Begins work on what is enrolled.
    typealias Work = @Sendable (_ job: Job, _ resumes: Bool) async throws -> EnrolledWork.Beginning

    /// Kinds of jobs of which one runs at a time.
    private struct Queue {
        let kinds: [JobKind]
        /// One element whenever there may be something to do: a new job, or the daemon's end.
        let signals: AsyncStream<Void>
        let signal: AsyncStream<Void>.Continuation

        init(_ kinds: [JobKind]) {
            self.kinds = kinds
            (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }
    }

    let registry: Registry
    let models: ModelHost
    let changes: ModelChangeWork
    let classifiers: ClassifierHost
    let log: Log
    /// The program that runs trainings and comparisons: `aniwho`.
    let program: String
    /// How long a child may take to stop before it is killed.
    let grace: Duration
    /// Gets each job that has ended, once.
    private let noteEnd: @Sendable (Job) -> Void
    /// The thread that removes the folders of old jobs.
    let pruning = BackgroundWork("aniwho.pruning", qos: .utility)

    /// By the jobs' numbers.
    var current: [Int64: Current] = [:]
    private(set) var isStopping = false
    /// The events of the jobs that have not ended and that run or are watched.
    private(set) var events: [Int64: JobEvents] = [:]
    /// Copy the progress of jobs that other daemons work on, for those who watch here.
    var mirrors: [Int64: Task<Void, Never>] = [:]
    /// Jobs that have ended since the daemon started.
    private var ended: Set<Int64> = []
    private let queues = ([JobKind.commands, JobKind.modelChanges] + JobKind.enrolledWork).map { Queue($0) }
    private var enrolledWork: Work?
    /// A task for each queue.
    private var tasks: [Task<Void, Never>] = []

    init(
        registry: Registry, models: ModelHost, changes: ModelChangeWork, classifiers: ClassifierHost, log: Log,
        program: String, grace: Duration = .seconds(30), ended: @escaping @Sendable (Job) -> Void = { _ in }
    ) {
        noteEnd = ended
        (self.registry, self.models, self.changes) = (registry, models, changes)
        (self.classifiers, self.log) = (classifiers, log)
        (self.program, self.grace) = (program, grace)
    }

    /// Begins to work, with interrupted jobs first.
    /// - Parameter enrolled: begins work on what is enrolled.
    func start(enrolled: Work? = nil) {
        precondition(tasks.isEmpty, "a runner starts once")
        enrolledWork = enrolled
        tasks = queues.map { queue in
            Task {
                if queue.kinds == JobKind.commands { await removeForgottenPictures() }
                await run(queue)
            }
        }
        wake()
    }

    func wake() { for queue in queues { queue.signal.yield() } }

    /// - Throws: what the work throws when it cannot begin.
    func begin(_ job: Job, _ resumes: Bool) async throws -> EnrolledWork.Beginning {
        guard let enrolledWork else { throw APIError(.internal, "nothing does the work of job \(job.id)") }
        return try await enrolledWork(job, resumes)
    }

    private func run(_ queue: Queue) async {
        for await _ in queue.signals {
            while !isStopping {
                do {
                    guard let job = try await registry.nextJob(of: queue.kinds) else { break }
                    await Registry.$author.withValue("job \(job.id)") { await perform(job) }
                } catch {
                    log.write(.error, "jobs cannot be read", ["message": error.message])
                    await pause()
                }
            }
            if isStopping { return }
        }
    }

    /// Waits before the next attempt after the registry failed.
    func pause() async { try? await Task.sleep(for: .seconds(isStopping ? 0 : 2)) }

    /// Asks the child to write a checkpoint and stop, and ends all streams of events. The jobs go on when a daemon starts again.
    func stop() async {
        isStopping = true
        for mirror in mirrors.values { mirror.cancel() }
        for job in current.values {
            job.child?.stop(grace: grace)
            job.stop?()
        }
        for id in events.keys {
            if let job = try? await registry.job(id) { end(job) }
        }
        wake()
        for task in tasks { await task.value }
    }

    // MARK: Called by routes

    /// Queues a job.
    /// - Throws: `invalid_name`, `model_exists`, `classifier_exists`; `too_few_images` when it is to train on the registry's; `key_reused`.
    func add(_ request: StartJob.Request) async throws -> Job {
        let warnings = request.fromRegistry ? try await EnrolledDataSet(of: registry).warnings : []
        let job = try await registry.createJob(
            kind: request.kind, name: request.name, arguments: request.arguments, fromRegistry: request.fromRegistry,
            warnings: warnings, key: IdempotencyKey.current)
        wake()
        return job
    }

    /// Queues work on what is enrolled. Returns the existing job if equal work is queued or running.
    /// - Throws: `key_reused`.
    func add(_ kind: JobKind, arguments: [String]) async throws -> Job {
        let job = try await registry.createWork(kind: kind, arguments: arguments, key: IdempotencyKey.current)
        wake()
        return job
    }

    /// Queues a change of the model that answers. Returns the existing job if the same change is queued or running.
    /// - Throws: `model_not_found`; `busy` while another change is queued or running; `key_reused`.
    func change(_ kind: JobKind, model name: String) async throws -> Job {
        let job = try await registry.createModelChange(kind: kind, name: name, key: IdempotencyKey.current)
        wake()
        return job
    }

    /// Cancels a job. Its child may take a moment to stop.
    /// - Throws: `job_not_found`, `job_ended`; `busy` when the daemon is storing what the job made.
    func cancel(_ id: Int64) async throws -> Job {
        if current[id]?.isCommitted == true {
            throw APIError(.busy, "job \(id) has succeeded; the daemon is taking its result into use")
        }
        if current[id]?.isEnrolledWork == true { return try await stopWork(id) }
        let job = try await registry.cancelJob(id)
        if let current = current[id] { current.child?.stop(grace: grace) } else { end(job) }
        return job
    }

    /// A job's events, past and future.
    /// - Throws: `job_not_found`.
    func events(of id: Int64) async throws -> JobEvents {
        var job = try await registry.job(id)
        // It may have ended since the registry answered.
        if ended.contains(id) { job = try await registry.job(id) }
        // The child of a cancelled job may still be stopping.
        if isStopping || (job.state.hasEnded && current[id] == nil) {
            return JobEvents(path: folder(of: id).events, end: JobEnd(job))
        }
        let open = openEvents(of: id)
        if current[id] == nil, try await registry.isElsewhere(id) { mirror(id) }
        return open
    }

    /// Whether work on what is enrolled was cancelled.
    func isCancelled(_ id: Int64) -> Bool { current[id]?.isCancelled == true }

    // MARK: The job's files

    nonisolated func folder(of id: Int64) -> JobFolder { JobFolder(path: registry.jobFolder(id)) }

    func openEvents(of id: Int64) -> JobEvents {
        let open = events[id] ?? JobEvents(path: folder(of: id).events)
        events[id] = open
        return open
    }

    /// Ends a job's events with its present state.
    func end(_ job: Job) {
        if job.endedAt != nil, ended.insert(job.id).inserted { noteEnd(job) }
        end(job.id, with: JobEnd(job))
    }

    /// Ends a job's events with another last line, for when the registry cannot record the job's end.
    func end(_ id: Int64, with end: JobEnd) { events.removeValue(forKey: id)?.finish(end) }
}
