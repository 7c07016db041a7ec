import API
import Foundation
import Registry

/// Runs jobs in child processes, one at a time, oldest first.
///
/// What it does is in the registry first, so that a daemon that starts again goes on where the one before was: a job that ran
/// then is resumed. One task, ``run()``, works; the other methods are called by routes meanwhile.
actor JobRunner {
    /// The job that is worked on.
    struct Current {
        let id: Int64
        let child: ChildProcess
        /// Its model or classifier is on the way into the registry: too late to cancel.
        var isImporting = false
    }

    let registry: Registry
    let models: ModelHost
    let classifiers: ClassifierHost
    let log: Log
    /// The program whose commands the jobs are.
    let program: String
    let dataDirectory: String
    /// How long a child may take to stop before it is killed.
    let grace: Duration

    var current: Current?
    private(set) var isStopping = false
    /// Of the jobs that have not ended and that somebody watches or that run.
    private var events: [Int64: JobEvents] = [:]
    /// Jobs whose events have ended for good since the start.
    private var ended: Set<Int64> = []
    /// Something to do: a new job, or the end.
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation
    private var work: Task<Void, Never>?

    init(
        registry: Registry, models: ModelHost, classifiers: ClassifierHost, log: Log, program: String,
        dataDirectory: String, grace: Duration = .seconds(30)
    ) {
        (self.registry, self.models, self.classifiers, self.log) = (registry, models, classifiers, log)
        (self.program, self.dataDirectory, self.grace) = (program, dataDirectory, grace)
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to work: with the job that was interrupted, if there is one.
    func start() {
        precondition(work == nil, "a runner starts once")
        work = Task { await run() }
        call.yield()
    }

    private func run() async {
        await removeForgottenPictures()
        for await _ in calls {
            while !isStopping {
                do {
                    guard let job = try await registry.nextJob() else { break }
                    await Registry.$author.withValue("job \(job.id)") { await perform(job) }
                } catch {
                    log.write(.error, "jobs cannot be read", ["message": error.message])
                    await pause()
                }
            }
            if isStopping { return }
        }
    }

    /// Between two tries, when the registry failed.
    func pause() async { try? await Task.sleep(for: .seconds(isStopping ? 0 : 2)) }

    /// Stops the child with a checkpoint and ends what is watched. The job goes on when a daemon starts again.
    func stop() async {
        isStopping = true
        current?.child.stop(grace: grace)
        for id in events.keys {
            if let job = try? await registry.job(id) { end(job) }
        }
        call.yield()
        await work?.value
    }

    // MARK: What routes ask

    /// Queues a job.
    /// - Throws: `invalid_name`, `model_exists`, `classifier_exists`; `too_few_images` when it is to train on the registry's.
    func add(_ request: StartJob.Request) async throws -> JobRecord {
        let warnings = request.fromRegistry ? try await EnrolledDataSet(of: registry).warnings : []
        let job = try await registry.createJob(
            kind: request.kind.rawValue, name: request.name, arguments: request.arguments,
            makes: request.kind.makesClassifier ? .classifier : .model, fromRegistry: request.fromRegistry,
            warnings: warnings)
        call.yield()
        return job
    }

    /// Cancels a job. A child is asked to stop, and may take a moment.
    /// - Throws: `job_not_found`, `job_ended`; `busy` when what it made is being imported.
    func cancel(_ id: Int64) async throws -> JobRecord {
        if let current, current.id == id, current.isImporting {
            throw APIError(.busy, "job \(id) has succeeded, and what it made is being imported")
        }
        let job = try await registry.cancelJob(id)
        if let current, current.id == id { current.child.stop(grace: grace) } else { end(job) }
        return job
    }

    /// What a job has told and tells.
    /// - Throws: `job_not_found`.
    func events(of id: Int64) async throws -> JobEvents {
        var job = try await registry.job(id)
        // It may have ended between the reading and now.
        if ended.contains(id) { job = try await registry.job(id) }
        let isOver = job.state != .queued && job.state != .running
        // A cancelled job may still be stopping.
        if isStopping || (isOver && current?.id != id) {
            return JobEvents(path: folder(of: id).events, end: JobEnd(job))
        }
        return openEvents(of: id)
    }

    // MARK: The job's files

    nonisolated func folder(of id: Int64) -> JobFolder { JobFolder(of: id, in: dataDirectory) }

    func openEvents(of id: Int64) -> JobEvents {
        let open = events[id] ?? JobEvents(path: folder(of: id).events)
        events[id] = open
        return open
    }

    /// Ends a job's events with where it stands now.
    func end(_ job: JobRecord) {
        if job.endedAt != nil { ended.insert(job.id) }
        events.removeValue(forKey: job.id)?.finish(JobEnd(job))
    }
}
