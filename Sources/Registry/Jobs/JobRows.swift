import API
import Foundation

extension Job {
    /// The columns that ``init(row:folder:)`` reads.
    static let query = """
        SELECT id, kind, name, arguments, state, created_at, started_at, ended_at, progress, error, model,
            from_registry, warnings, error_code, result
        FROM jobs
        """

    /// - Throws: `storageCorrupt` when a column does not hold what the registry writes to it.
    init(row: Row, folder: (Int64) -> String) throws(RegistryError) {
        func json(_ column: Int32) -> JSONValue? {
            row.isNull(column) ? nil : try? JSON.decode(JSONValue.self, from: Data(row.text(column).utf8))
        }
        let (progress, result) = (json(8), json(14))
        guard let arguments = [String](jsonLiteral: row.text(3)), let state = JobState(rawValue: row.text(4)),
            let warnings = [String](jsonLiteral: row.text(12)), row.isNull(8) || progress != nil,
            row.isNull(14) || result != nil
        else { throw RegistryError(.storageCorrupt, "job \(row.integer(0)) cannot be read; restore a backup") }
        self.init(
            id: row.integer(0), kind: JobKind(stored: row.text(1)), name: row.text(2), arguments: arguments,
            fromRegistry: row.int(11) == 1, state: state, createdAt: row.date(5),
            startedAt: row.isNull(6) ? nil : row.date(6), endedAt: row.isNull(7) ? nil : row.date(7),
            progress: progress, error: row.isNull(9) ? nil : row.text(9),
            errorCode: row.isNull(13) ? nil : row.text(13), result: result,
            model: row.isNull(10) ? nil : row.text(10), warnings: warnings, folder: folder(row.integer(0)))
    }
}

extension Registry {
    /// The jobs that a condition selects.
    /// - Parameter condition: SQL that follows the table's name.
    func jobs(where condition: String, _ values: [SQLValue] = []) throws(RegistryError) -> [Job] {
        try database().all(Job.query + " " + condition, values) { row throws(RegistryError) in
            try Job(row: row, folder: jobFolder)
        }
    }

    /// The jobs of some kinds that have not ended: first those that run, then the queued ones, oldest first.
    func openJobs(of kinds: [JobKind]) throws(RegistryError) -> [Job] {
        try jobs(
            where: """
                WHERE state IN ('queued', 'running') AND kind IN (\(kinds.sqlList)) ORDER BY state = 'queued', id
                """)
    }

    /// Queues a job, with its audit row, inside a transaction.
    /// - Parameter name: validated, or nil for one made of the kind and the number.
    func insertJob(
        kind: JobKind, name: String?, arguments: [String] = [], fromRegistry: Bool = false, warnings: [String] = []
    ) throws(RegistryError) -> Job {
        let database = try database()
        func check(_ name: String) throws(RegistryError) {
            guard kind.trains else { return }
            let product: KeptFile = kind.makesClassifier ? .classifier : .model
            try product.checkIsFree(name: name, in: database)
        }
        if let name { try check(name) }
        let list = arguments.jsonLiteral
        // The name may need the number. No name is empty.
        let id = try database.insert(
            """
            INSERT INTO jobs (kind, name, arguments, from_registry, warnings, state, created_at)
            VALUES ($1, '', $2, $3, $4, 'queued', $5)
            """,
            [
                .text(kind.rawValue), .text(list), .integer(fromRegistry ? 1 : 0), .text(warnings.jsonLiteral),
                .time(Date()),
            ])
        let chosen = name ?? "\(kind.rawValue)-\(id)"
        if name == nil { try check(chosen) }
        try database.run("UPDATE jobs SET name = $1 WHERE id = $2", [.text(chosen), .integer(id)])
        try database.record(
            "job.create", subject: String(id), detail: ["arguments": list, "kind": kind.rawValue, "name": chosen])
        return try job(id)
    }

    /// Ends a job that has not ended, and tells the other daemons.
    /// - Parameter assignments: SQL that follows `SET`, with placeholders for the values.
    /// - Throws: `jobNotFound`, `jobEnded`.
    func endJob(
        _ id: Int64, audit action: String, sql assignments: String, _ values: [SQLValue],
        detail: [String: any AuditValue] = [:]
    ) throws(RegistryError) -> Job {
        try change { (database, indexes) throws(RegistryError) in
            indexes.note(.jobs)
            return try changeJob(id, audit: action, sql: assignments, values, detail: detail)
        }
    }

    /// Changes a job that has not ended, with its audit row, inside a transaction.
    func changeJob(
        _ id: Int64, audit action: String, sql assignments: String, _ values: [SQLValue],
        detail: [String: any AuditValue] = [:]
    ) throws(RegistryError) -> Job {
        let database = try database()
        let job = try job(id)
        guard !job.state.hasEnded else {
            throw RegistryError(.jobEnded, "job \(id) has ended already: it is \(job.state.rawValue)")
        }
        try database.run("UPDATE jobs SET \(assignments) WHERE id = $\(values.count + 1)", values + [.integer(id)])
        try database.record(
            action, subject: String(id), detail: detail.merging(["from": job.state.rawValue]) { own, _ in own })
        return try self.job(id)
    }
}

extension [JobKind] {
    /// The kinds as SQL has them between the parentheses of `IN (…)`. Their names hold letters and hyphens only.
    var sqlList: String { isEmpty ? "NULL" : map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}
