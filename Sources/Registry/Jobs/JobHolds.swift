public import API
import Foundation

/// What a daemon has that works on a job: if another daemon takes the job over, the number of the job is another one.
public struct JobHold: Sendable, Equatable {
    public let job: Int64
    /// How often the job was taken, this time included.
    let fence: Int64
}

extension Registry {
    /// The job that the calls inside `withValue` work for. If another daemon has taken it over, they change nothing and throw `jobTaken`.
    @TaskLocal public static var hold: JobHold?

    public func nextJob(of kinds: [JobKind]) throws(RegistryError) -> Job? {
        let database = try database()
        return try jobs(
            where: """
                WHERE state IN ('queued', 'running') AND kind IN (\(kinds.sqlList)) AND \(free(database))
                ORDER BY state = 'queued', id LIMIT 1
                """, [.text(identity.id)]
        ).first
    }

    @discardableResult
    public func startJob(_ id: Int64) throws(RegistryError) -> (job: Job, hold: JobHold) {
        try change { (database, indexes) throws(RegistryError) in
            let isFree = try database.first(
                "SELECT 1 FROM jobs WHERE id = $2 AND \(free(database))", [.text(identity.id), .integer(id)]
            ) { $0.int(0) }
            let known = try self.job(id)
            guard isFree != nil || known.state.hasEnded else { throw RegistryError.taken(id) }
            let job = try changeJob(
                id, audit: "job.start",
                sql: """
                    state = 'running', started_at = coalesce(started_at, $1), owner = $2, fence = fence + 1
                    """, [.time(Date()), .text(identity.id)])
            let fence = try database.first("SELECT fence FROM jobs WHERE id = $1", [.integer(id)]) { $0.integer(0) }
            indexes.note(.jobs)
            return (job, JobHold(job: id, fence: fence ?? 0))
        }
    }

    /// Whether another daemon works on a job.
    public func isElsewhere(_ job: Int64) throws(RegistryError) -> Bool {
        try database().first(
            "SELECT 1 FROM jobs WHERE id = $1 AND state = 'running' AND owner <> $2",
            [.integer(job), .text(identity.id)]
        ) { $0.int(0) } != nil
    }

    /// Whether daemons share the folders of jobs.
    public nonisolated var sharesJobFolders: Bool { shared != directory }

    /// Whether a job is still this worker's.
    public func isHeld(_ hold: JobHold) throws(RegistryError) -> Bool { try database().isHeld(hold) }

    /// SQL: whether no other daemon that lives works on a job. `$1` is this daemon.
    private func free(_ database: Connection) -> String {
        let lease = Self.lease.components.seconds * 1000
        return """
            (state = 'queued' OR owner IS NULL OR owner = $1 OR owner NOT IN
                (SELECT id FROM daemons WHERE seen_at > \(database.driver.dialect.now) - \(lease)))
            """
    }
}

extension Connection {
    fileprivate func isHeld(_ hold: JobHold) throws(RegistryError) -> Bool {
        try first("SELECT fence FROM jobs WHERE id = $1", [.integer(hold.job)]) { $0.integer(0) } == hold.fence
    }

    /// Refuses the change of a worker whose job another daemon has taken over, inside a transaction.
    /// - Throws: `jobTaken`.
    func checkHold() throws(RegistryError) {
        guard let hold = Registry.hold, try !isHeld(hold) else { return }
        throw RegistryError.taken(hold.job)
    }
}

extension RegistryError {
    fileprivate static func taken(_ job: Int64) -> RegistryError {
        RegistryError(.jobTaken, "another daemon works on job \(job)")
    }
}
