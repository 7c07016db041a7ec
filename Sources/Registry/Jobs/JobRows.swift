import API
import Foundation

extension JobRecord {
    static let query = """
        SELECT id, kind, name, arguments, state, created_at, started_at, ended_at, progress, error, model,
            from_registry, warnings
        FROM jobs
        """

    /// - Throws: `storageCorrupt` when arguments or warnings are not what was written.
    init(row: Row) throws(RegistryError) {
        guard let arguments = [String](jsonLiteral: row.text(3)), let state = State(rawValue: row.text(4)),
            let warnings = [String](jsonLiteral: row.text(12))
        else { throw RegistryError(.storageCorrupt, "job \(row.integer(0)) cannot be read; restore a backup") }
        self.init(
            id: row.integer(0), kind: row.text(1), name: row.text(2), arguments: arguments,
            fromRegistry: row.int(11) == 1, state: state,
            createdAt: row.date(5), startedAt: row.isNull(6) ? nil : row.date(6),
            endedAt: row.isNull(7) ? nil : row.date(7), progress: row.isNull(8) ? nil : row.text(8),
            error: row.isNull(9) ? nil : row.text(9), model: row.isNull(10) ? nil : row.text(10),
            warnings: warnings)
    }
}

extension Connection {
    /// - Throws: `jobNotFound`.
    func existingJob(_ id: Int64) throws(RegistryError) -> JobRecord {
        let job = try first(JobRecord.query + " WHERE id = ?", [.integer(id)], JobRecord.init(row:))
        guard let job else { throw RegistryError(.jobNotFound, "there is no job \(id)") }
        return job
    }

    /// The jobs of some kinds that are under way: those that run come first, then those that have waited longest.
    func openJobs(of kinds: [String]) throws(RegistryError) -> [JobRecord] {
        try all(
            JobRecord.query + """
                 WHERE state IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(?))
                ORDER BY state = 'queued', id
                """, [.text(kinds.jsonLiteral)], JobRecord.init(row:))
    }

    /// Queues a job, with its audit row, inside a transaction.
    /// - Parameters:
    ///   - name: validated, or nil for one made of the kind and the number.
    ///   - product: what it makes; nil when it makes nothing, and its name is that of what is there.
    func insertJob(
        kind: String, name: String?, arguments: [String], makes product: KeptFile? = nil, fromRegistry: Bool = false,
        warnings: [String] = []
    ) throws(RegistryError) -> JobRecord {
        let last = try first("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'") { $0.integer(0) }
        let id = (last ?? 0) + 1
        let name = name ?? "\(kind)-\(id)"
        try product?.checkIsFree(name: name, in: self)
        let list = arguments.jsonLiteral
        try run(
            """
            INSERT INTO jobs (id, kind, name, arguments, from_registry, warnings, state, created_at)
            VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)
            """,
            [
                .integer(id), .text(kind), .text(name), .text(list), .integer(fromRegistry ? 1 : 0),
                .text(warnings.jsonLiteral), .time(Date()),
            ])
        try record("job.create", subject: String(id), detail: ["arguments": list, "kind": kind, "name": name])
        return try existingJob(id)
    }
}
