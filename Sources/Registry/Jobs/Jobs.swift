public import API
public import Foundation

/// Jobs: the long work that the daemon was asked to do, and how far it is. Jobs survive a restart.
public protocol JobStore: Sendable {
    /// Queues a training or a comparison.
    /// - Parameters:
    ///   - name: of the model or classifier to make; nil for the kind and the job's number, such as `meta-train-3`.
    ///   - arguments: stored unchanged.
    ///   - fromRegistry: whether it trains on the pictures that are enrolled when it starts.
    ///   - warnings: what its owner should know.
    ///   - key: as for all functions that queue a job: the author's next call with this key returns the same job.
    /// - Throws: `invalidName`; `keyReused` when the author has used the key for another request; `modelExists` or `classifierExists` when a model or classifier has the name, or another job that has
    ///   not ended makes one of that name.
    func createJob(
        kind: JobKind, name: String?, arguments: [String], fromRegistry: Bool, warnings: [String], key: JobKey?
    ) async throws(RegistryError) -> Job

    /// Queues a job that changes the model that answers. If the same change is queued or running already, returns that job.
    /// - Parameter name: of the model that is to answer.
    /// - Throws: `invalidName`, `modelNotFound`; `modelChanging` while another change is queued or running; `keyReused`.
    func createModelChange(kind: JobKind, name: String, key: JobKey?) async throws(RegistryError) -> Job

    /// Queues work on what is enrolled. If equal work is queued or running already, returns that job.
    /// - Parameter arguments: stored unchanged.
    /// - Throws: `keyReused`.
    func createWork(kind: JobKind, arguments: [String], key: JobKey?) async throws(RegistryError) -> Job

    /// - Throws: `jobNotFound`.
    func job(_ id: Int64) async throws(RegistryError) -> Job

    /// The job that the author has queued with a key; nil if there is none.
    /// - Throws: `keyReused` when the author has used the key for another request.
    func job(under key: JobKey?) async throws(RegistryError) -> Job?

    /// A page of the jobs, oldest first.
    /// - Parameter after: the number of the page before's last job; 0 for the first page.
    func jobs(after: Int64, limit: Int) async throws(RegistryError) -> [Job]

    /// The jobs that ended at a time or earlier, oldest first.
    func jobs(endedBy time: Date) async throws(RegistryError) -> [Job]

    /// How many jobs are in each state; states without any are absent.
    func jobCounts() async throws(RegistryError) -> [JobState: Int]

    /// The next job to work on: one that was interrupted while it ran, else the oldest that is queued. Jobs that another daemon works on are
    /// passed over, until it was not seen for ``Registry/lease``.
    /// - Parameter kinds: jobs of other kinds are passed over.
    func nextJob(of kinds: [JobKind]) async throws(RegistryError) -> Job?

    /// Takes a job for this daemon and records that it runs, which it may do already.
    /// - Returns: the job, and what its worker shows with each write; see ``Registry/hold``.
    /// - Throws: `jobNotFound`, `jobEnded`; `jobTaken` if another daemon works on it.
    @discardableResult
    func startJob(_ id: Int64) async throws(RegistryError) -> (job: Job, hold: JobHold)

    /// Keeps the last line of a running job's events; does nothing for any other job.
    func recordProgress(_ id: Int64, _ line: String) async throws(RegistryError)

    /// Replaces the warnings of a job that has not ended; does nothing for any other job.
    func recordWarnings(_ id: Int64, _ warnings: [String]) async throws(RegistryError)

    /// Records that a running job succeeded.
    /// - Parameter model: identity of the model or classifier that it made.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func finishJob(_ id: Int64, model identity: String) async throws(RegistryError) -> Job

    /// Records that a running job succeeded.
    /// - Parameter result: JSON: what it gave; nil if that is in its folder.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func finishJob(_ id: Int64, result: String?) async throws(RegistryError) -> Job

    /// Records that a job failed, and why.
    /// - Parameter code: of the error, if the daemon did the work itself.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func failJob(_ id: Int64, error: String, code: ErrorCode?) async throws(RegistryError) -> Job

    /// Records that a job, queued or running, is not wanted any more.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func cancelJob(_ id: Int64) async throws(RegistryError) -> Job

    /// Forgets a job that has ended. What it made stays. Its folder is the caller's to remove, before this call.
    /// - Returns: false when there is no such job, or when it has not ended.
    func removeJob(_ id: Int64) async throws(RegistryError) -> Bool
}

extension Registry: JobStore {
    /// The folder of a job's files: `jobs/<id>` in the data directory, or in the folder that daemons share.
    public nonisolated func jobFolder(_ id: Int64) -> String {
        let data = URL(filePath: shared, directoryHint: .isDirectory).absoluteURL.standardized.path
        return "\(data)/jobs/\(id)"
    }

    public func createJob(
        kind: JobKind, name: String?, arguments: [String], fromRegistry: Bool = false, warnings: [String] = [],
        key: JobKey? = nil
    ) throws(RegistryError) -> Job {
        let chosen: String? = if let name { try RegistryName.new(name) } else { nil }
        return try queue(key) { () throws(RegistryError) in
            try insertJob(
                kind: kind, name: chosen, arguments: arguments, fromRegistry: fromRegistry, warnings: warnings)
        }
    }

    public func createWork(kind: JobKind, arguments: [String], key: JobKey? = nil) throws(RegistryError) -> Job {
        try queue(key) { () throws(RegistryError) in
            let rival = try openJobs(of: [kind]).first { $0.arguments == arguments }
            return if let rival { rival } else { try insertJob(kind: kind, name: nil, arguments: arguments) }
        }
    }

    public func createModelChange(kind: JobKind, name: String, key: JobKey? = nil) throws(RegistryError) -> Job {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try queue(key) { () throws(RegistryError) in
            let name = try database.existingModel(named: name).record.name
            guard let rival = try openJobs(of: JobKind.modelChanges).first else {
                return try insertJob(kind: kind, name: name)
            }
            if rival.kind == kind, rival.name == name { return rival }
            throw RegistryError(
                .modelChanging,
                "job \(rival.id) (\(rival.kind.rawValue) \(rival.name)) has not ended; wait for its end, or cancel it: aniwho jobs cancel \(rival.id)"
            )
        }
    }

    public func job(_ id: Int64) throws(RegistryError) -> Job {
        guard let job = try jobs(where: "WHERE id = $1", [.integer(id)]).first else {
            throw RegistryError(.jobNotFound, "there is no job \(id)")
        }
        return job
    }

    public func jobs(after: Int64 = 0, limit: Int = .max) throws(RegistryError) -> [Job] {
        try jobs(where: "WHERE id > $1 ORDER BY id LIMIT $2", [.integer(after), .integer(limit)])
    }

    public func jobs(endedBy time: Date) throws(RegistryError) -> [Job] {
        try jobs(where: "WHERE ended_at <= $1 ORDER BY id", [.time(time)])
    }

    public func jobCounts() throws(RegistryError) -> [JobState: Int] {
        let rows = try database().all("SELECT state, count(*) FROM jobs GROUP BY state") { ($0.text(0), $0.int(1)) }
        return Dictionary(
            rows.compactMap { state, count in JobState(rawValue: state).map { ($0, count) } }, uniquingKeysWith: +)
    }

    public func recordProgress(_ id: Int64, _ line: String) throws(RegistryError) {
        // Nobody asked for these changes, and there are many: they have no audit rows.
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.run(
                "UPDATE jobs SET progress = $1 WHERE id = $2 AND state = 'running'", [.text(line), .integer(id)])
        }
    }

    public func recordWarnings(_ id: Int64, _ warnings: [String]) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.run(
                "UPDATE jobs SET warnings = $1 WHERE id = $2 AND state IN ('queued', 'running')",
                [.text(warnings.jsonLiteral), .integer(id)])
        }
    }

    public func finishJob(_ id: Int64, model identity: String) throws(RegistryError) -> Job {
        try endJob(
            id, audit: "job.finish", sql: "state = 'finished', ended_at = $1, model = $2",
            [.time(Date()), .text(identity)], detail: ["model": identity])
    }

    public func finishJob(_ id: Int64, result: String? = nil) throws(RegistryError) -> Job {
        try endJob(
            id, audit: "job.finish", sql: "state = 'finished', ended_at = $1, result = $2",
            [.time(Date()), result.map { .text($0) } ?? .null])
    }

    public func failJob(_ id: Int64, error: String, code: ErrorCode? = nil) throws(RegistryError) -> Job {
        try endJob(
            id, audit: "job.fail", sql: "state = 'failed', ended_at = $1, error = $2, error_code = $3",
            [.time(Date()), .text(error), code.map { .text($0.rawValue) } ?? .null], detail: ["error": error])
    }

    public func cancelJob(_ id: Int64) throws(RegistryError) -> Job {
        try endJob(id, audit: "job.cancel", sql: "state = 'cancelled', ended_at = $1", [.time(Date())])
    }

    public func removeJob(_ id: Int64) throws(RegistryError) -> Bool {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            guard let job = try jobs(where: "WHERE id = $1", [.integer(id)]).first, job.state.hasEnded else {
                return false
            }
            try database.run("DELETE FROM jobs WHERE id = $1", [.integer(id)])
            try database.record(
                "job.remove", subject: String(id), detail: ["kind": job.kind.rawValue, "name": job.name])
            return true
        }
    }
}
