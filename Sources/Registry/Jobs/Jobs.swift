import API
public import Foundation

/// A job as the registry stores it: long work that a child process of the daemon does.
public struct JobRecord: Sendable, Equatable {
    /// Where a job stands. It is queued, then running, then one of the others for good.
    public enum State: String, Sendable, CaseIterable {
        case queued
        case running
        /// Its model or classifier is in the registry.
        case finished
        case failed
        case cancelled
    }

    /// Never reused.
    public let id: Int64
    /// The command that is run, such as `meta-train`.
    public let kind: String
    /// What its model or classifier is to be called.
    public let name: String
    /// The command's options.
    public let arguments: [String]
    /// Whether it trains on the pictures that are enrolled when it starts.
    public let fromRegistry: Bool
    public let state: State
    public let createdAt: Date
    /// When it began to run, at first if it was resumed.
    public let startedAt: Date?
    public let endedAt: Date?
    /// The last line of its events, JSON as it came.
    public let progress: String?
    /// Why it failed.
    public let error: String?
    /// Identity of the model or classifier it made.
    public let model: String?
    /// What its owner should know, a sentence each.
    public let warnings: [String]

    public init(
        id: Int64, kind: String, name: String, arguments: [String], fromRegistry: Bool, state: State, createdAt: Date,
        startedAt: Date?, endedAt: Date?, progress: String?, error: String?, model: String?, warnings: [String]
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.fromRegistry = fromRegistry
        self.state = state
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.progress = progress
        self.error = error
        self.model = model
        self.warnings = warnings
    }
}

/// Jobs: what the daemon was asked to do at length, and how far it is. They survive a restart.
public protocol JobStore: Sendable {
    /// Queues a job.
    /// - Parameters:
    ///   - name: what it makes is to be called; nil for the kind and the job's number, such as `meta-train-3`.
    ///   - arguments: stored as they are.
    ///   - product: what it makes.
    ///   - fromRegistry: whether it trains on the pictures that are enrolled when it starts.
    ///   - warnings: what its owner should know.
    /// - Throws: `invalidName`; `modelExists` or `classifierExists` when what is there, or what another job under way makes, has
    ///   the name.
    func createJob(
        kind: String, name: String?, arguments: [String], makes product: KeptFile, fromRegistry: Bool,
        warnings: [String]
    ) async throws(RegistryError) -> JobRecord

    /// Queues a job that changes the model that answers. The same job that is under way already is returned instead.
    /// - Parameters:
    ///   - name: of the model that is to answer.
    ///   - kinds: all kinds of such jobs, of which one is under way at a time.
    /// - Throws: `invalidName`, `modelNotFound`; `modelChanging` while another one is under way.
    func createModelChange(kind: String, name: String, among kinds: [String]) async throws(RegistryError) -> JobRecord

    /// - Throws: `jobNotFound`.
    func job(_ id: Int64) async throws(RegistryError) -> JobRecord

    /// All jobs, oldest first.
    func jobs() async throws(RegistryError) -> [JobRecord]

    /// How many jobs are in each state; states without any are absent.
    func jobCounts() async throws(RegistryError) -> [JobRecord.State: Int]

    /// The job to work on: one that runs already and was interrupted, else the one that has waited longest.
    /// - Parameter kinds: jobs of other kinds are passed over.
    func nextJob(of kinds: [String]) async throws(RegistryError) -> JobRecord?

    /// Notes that a job runs, which it may do already.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func startJob(_ id: Int64) async throws(RegistryError) -> JobRecord

    /// Keeps the last line of a running job's events; nothing for another job.
    func recordProgress(_ id: Int64, _ line: String) async throws(RegistryError)

    /// Replaces what the owner of a job that has not ended should know; nothing for another job.
    func recordWarnings(_ id: Int64, _ warnings: [String]) async throws(RegistryError)

    /// Notes that a running job succeeded.
    /// - Parameter model: identity of the model or classifier it made.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func finishJob(_ id: Int64, model identity: String) async throws(RegistryError) -> JobRecord

    /// Notes that a job failed, and why.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func failJob(_ id: Int64, error: String) async throws(RegistryError) -> JobRecord

    /// Notes that a job, queued or running, is not wanted any more.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func cancelJob(_ id: Int64) async throws(RegistryError) -> JobRecord
}

extension Registry: JobStore {
    public func createJob(
        kind: String, name: String?, arguments: [String], makes product: KeptFile = .model,
        fromRegistry: Bool = false, warnings: [String] = []
    ) throws(RegistryError) -> JobRecord {
        let chosen: String? = if let name { try RegistryName.validated(name) } else { nil }
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try database.insertJob(
                kind: kind, name: chosen, arguments: arguments, makes: product, fromRegistry: fromRegistry,
                warnings: warnings)
        }
    }

    public func createModelChange(
        kind: String, name: String, among kinds: [String]
    ) throws(RegistryError) -> JobRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            _ = try database.existingModel(named: name)
            guard let rival = try database.openJobs(of: kinds).first else {
                return try database.insertJob(kind: kind, name: name, arguments: [])
            }
            if rival.kind == kind, rival.name == name { return rival }
            throw RegistryError(
                .modelChanging,
                "job \(rival.id) (\(rival.kind) \(rival.name)) is under way; wait for its end, or cancel it: aniwho jobs cancel \(rival.id)"
            )
        }
    }

    public func job(_ id: Int64) throws(RegistryError) -> JobRecord {
        try database().existingJob(id)
    }

    public func jobs() throws(RegistryError) -> [JobRecord] {
        try database().all(JobRecord.query + " ORDER BY id", [], JobRecord.init(row:))
    }

    public func jobCounts() throws(RegistryError) -> [JobRecord.State: Int] {
        let rows = try database().all("SELECT state, count(*) FROM jobs GROUP BY state") { ($0.text(0), $0.int(1)) }
        return Dictionary(
            rows.compactMap { state, count in JobRecord.State(rawValue: state).map { ($0, count) } },
            uniquingKeysWith: +)
    }

    public func nextJob(of kinds: [String]) throws(RegistryError) -> JobRecord? {
        try database().openJobs(of: kinds).first
    }

    public func startJob(_ id: Int64) throws(RegistryError) -> JobRecord {
        try change(
            id, audit: "job.start", sql: "state = 'running', started_at = coalesce(started_at, ?)", [.time(Date())])
    }

    public func recordProgress(_ id: Int64, _ line: String) throws(RegistryError) {
        // Not a change that somebody asked for, and there are many: they are not audited.
        try database().run(
            "UPDATE jobs SET progress = ? WHERE id = ? AND state = 'running'", [.text(line), .integer(id)])
    }

    public func recordWarnings(_ id: Int64, _ warnings: [String]) throws(RegistryError) {
        try database().run(
            "UPDATE jobs SET warnings = ? WHERE id = ? AND state IN ('queued', 'running')",
            [.text(warnings.jsonLiteral), .integer(id)])
    }

    public func finishJob(_ id: Int64, model identity: String) throws(RegistryError) -> JobRecord {
        try change(
            id, audit: "job.finish", sql: "state = 'finished', ended_at = ?, model = ?",
            [.time(Date()), .text(identity)], detail: ["model": identity])
    }

    public func failJob(_ id: Int64, error: String) throws(RegistryError) -> JobRecord {
        try change(
            id, audit: "job.fail", sql: "state = 'failed', ended_at = ?, error = ?", [.time(Date()), .text(error)],
            detail: ["error": error])
    }

    public func cancelJob(_ id: Int64) throws(RegistryError) -> JobRecord {
        try change(id, audit: "job.cancel", sql: "state = 'cancelled', ended_at = ?", [.time(Date())])
    }

    /// Changes a job that has not ended, with its audit row.
    private func change(
        _ id: Int64, audit action: String, sql assignments: String, _ values: [SQLValue],
        detail: [String: any AuditValue] = [:]
    ) throws(RegistryError) -> JobRecord {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let job = try database.existingJob(id)
            guard job.state == .queued || job.state == .running else {
                throw RegistryError(.jobEnded, "job \(id) has ended already: it is \(job.state.rawValue)")
            }
            try database.run("UPDATE jobs SET \(assignments) WHERE id = ?", values + [.integer(id)])
            try database.record(
                action, subject: String(id), detail: detail.merging(["from": job.state.rawValue]) { own, _ in own })
            return try database.existingJob(id)
        }
    }
}
