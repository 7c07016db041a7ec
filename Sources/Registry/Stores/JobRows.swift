import Foundation

extension JobRecord {
    static let query = """
        SELECT id, kind, name, arguments, state, created_at, started_at, ended_at, progress, error, model FROM jobs
        """

    /// - Throws: `storageCorrupt` when the arguments are not what was written.
    init(row: Row) throws(RegistryError) {
        guard let arguments = try? JSONDecoder().decode([String].self, from: Data(row.text(3).utf8)),
            let state = State(rawValue: row.text(4))
        else { throw RegistryError(.storageCorrupt, "job \(row.integer(0)) cannot be read; restore a backup") }
        self.init(
            id: row.integer(0), kind: row.text(1), name: row.text(2), arguments: arguments, state: state,
            createdAt: row.date(5), startedAt: row.isNull(6) ? nil : row.date(6),
            endedAt: row.isNull(7) ? nil : row.date(7), progress: row.isNull(8) ? nil : row.text(8),
            error: row.isNull(9) ? nil : row.text(9), model: row.isNull(10) ? nil : row.text(10))
    }
}

extension Connection {
    /// - Throws: `jobNotFound`.
    func existingJob(_ id: Int64) throws(RegistryError) -> JobRecord {
        let job = try first(JobRecord.query + " WHERE id = ?", [.integer(id)], JobRecord.init(row:))
        guard let job else { throw RegistryError(.jobNotFound, "there is no job \(id)") }
        return job
    }

    /// Queues a job, with its audit row, inside a transaction.
    /// - Parameter name: validated, or nil for one made of the kind and the number.
    func insertJob(kind: String, name: String?, arguments: [String]) throws(RegistryError) -> JobRecord {
        let last = try first("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'") { $0.integer(0) }
        let id = (last ?? 0) + 1
        let name = name ?? "\(kind)-\(id)"
        try checkIsFree(model: name)
        let list = "[" + arguments.map(\.jsonLiteral).joined(separator: ",") + "]"
        try run(
            "INSERT INTO jobs (id, kind, name, arguments, state, created_at) VALUES (?, ?, ?, ?, 'queued', ?)",
            [.integer(id), .text(kind), .text(name), .text(list), .time(Date())])
        try record("job.create", subject: String(id), detail: ["arguments": list, "kind": kind, "name": name])
        return try existingJob(id)
    }

    /// - Throws: `modelExists`.
    private func checkIsFree(model name: String) throws(RegistryError) {
        if try first("SELECT 1 FROM models WHERE name = ?", [.text(name)], { $0.int(0) }) != nil {
            throw RegistryError(.modelExists, "there is a model named '\(name)' already; choose another name")
        }
        let rival = try first(
            "SELECT id FROM jobs WHERE name = ? AND state IN ('queued', 'running')", [.text(name)]
        ) { $0.integer(0) }
        if let rival {
            throw RegistryError(.modelExists, "job \(rival) makes a model named '\(name)'; choose another name")
        }
    }
}
