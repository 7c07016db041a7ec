import API
import Foundation
import Registry

/// Runs jobs, oldest first: trainings in child processes, one at a time, and beside them changes of the model, one at a time.
///
/// What it does is in the registry first, so that a daemon that starts again goes on where the one before was: a job that ran
/// then is resumed. A task a lane works, ``run(_:)``; the other methods are called by routes meanwhile.
actor JobRunner {
    /// A job that is worked on.
    struct Current {
        /// nil where the daemon does the work itself.
        let child: ChildProcess?
        /// Its model or classifier is on the way into the registry, or its model becomes the one that answers: too late to cancel.
        var isCommitted = false
    }

    /// Jobs of which one runs at a time.
    private struct Lane {
        let kinds: [String]
        /// Something to do: a new job, or the end.
        let calls: AsyncStream<Void>
        let call: AsyncStream<Void>.Continuation

        init(_ kinds: [JobKind]) {
            self.kinds = kinds.map(\.rawValue)
            (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }
    }

    let registry: Registry
    let models: ModelHost
    let changes: ModelChangeWork
    let classifiers: ClassifierHost
    let log: Log
    /// The program whose commands the jobs are.
    let program: String
    let dataDirectory: String
    /// How long a child may take to stop before it is killed.
    let grace: Duration

    /// By the jobs' numbers.
    var current: [Int64: Current] = [:]
    private(set) var isStopping = false
    /// Of the jobs that have not ended and that somebody watches or that run.
    private var events: [Int64: JobEvents] = [:]
    /// Jobs whose events have ended for good since the start.
    private var ended: Set<Int64> = []
    private let (trainings, modelChanges) = (Lane(JobKind.trainings), Lane(JobKind.modelChanges))
    private var work: [Task<Void, Never>] = []

    init(
        registry: Registry, models: ModelHost, changes: ModelChangeWork, classifiers: ClassifierHost, log: Log,
        program: String, dataDirectory: String, grace: Duration = .seconds(30)
    ) {
        (self.registry, self.models, self.changes) = (registry, models, changes)
        (self.classifiers, self.log) = (classifiers, log)
        (self.program, self.dataDirectory, self.grace) = (program, dataDirectory, grace)
    }

    /// Begins to work: with the jobs that were interrupted, if there are some.
    func start() {
        precondition(work.isEmpty, "a runner starts once")
        work = [
            Task {
                await removeForgottenPictures()
                await run(trainings)
            },
            Task { await run(modelChanges) },
        ]
        wake()
    }

    private func wake() { for lane in [trainings, modelChanges] { lane.call.yield() } }

    private func run(_ lane: Lane) async {
        for await _ in lane.calls {
            while !isStopping {
                do {
                    guard let job = try await registry.nextJob(of: lane.kinds) else { break }
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

    /// Stops the child with a checkpoint and ends what is watched. The jobs go on when a daemon starts again.
    func stop() async {
        isStopping = true
        for job in current.values { job.child?.stop(grace: grace) }
        for id in events.keys {
            if let job = try? await registry.job(id) { end(job) }
        }
        wake()
        for task in work { await task.value }
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
        wake()
        return job
    }

    /// Queues a change of the model that answers, or finds the very one that is under way.
    /// - Throws: `model_not_found`; `busy` while another one is under way.
    func change(_ kind: JobKind, model name: String) async throws -> JobRecord {
        let job = try await registry.createModelChange(
            kind: kind.rawValue, name: name, among: JobKind.modelChanges.map(\.rawValue))
        wake()
        return job
    }

    /// Cancels a job. A child is asked to stop, and may take a moment.
    /// - Throws: `job_not_found`, `job_ended`; `busy` when what it made is being taken into use.
    func cancel(_ id: Int64) async throws -> JobRecord {
        if current[id]?.isCommitted == true {
            throw APIError(.busy, "job \(id) has succeeded, and what it made is being taken into use")
        }
        let job = try await registry.cancelJob(id)
        if let current = current[id] { current.child?.stop(grace: grace) } else { end(job) }
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
        if isStopping || (isOver && current[id] == nil) {
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
        end(job.id, with: JobEnd(job))
    }

    /// Ends a job's events with something else, where its end cannot be kept.
    func end(_ id: Int64, with end: JobEnd) { events.removeValue(forKey: id)?.finish(end) }
}
