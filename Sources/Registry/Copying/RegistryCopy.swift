import API
import Foundation

/// How far a copy of a registry is.
public struct CopyProgress: Sendable, Equatable {
    public enum Step: String, Sendable { case copying, verifying }

    public let step: Step
    /// Rows.
    public let done, total: Int
}

/// What a copy of a registry did.
public struct CopiedRegistry: Sendable, Equatable {
    public let characters, images: Int
    /// The rows of all tables.
    public let rows: Int
    /// Those of them that an earlier copy, which did not end, had copied already.
    public let before: Int
}

extension Registry {
    /// Copies a whole registry to an empty place, between SQLite and PostgreSQL or within one of them, and compares it row by row.
    ///
    /// It copies page by page, each in a transaction. A copy that did not end goes on where it stopped when it is begun again; no daemon
    /// serves it before its end. The source stays as it is. The folders of jobs in the data directory are not copied.
    /// - Parameters:
    ///   - source: a data directory that no daemon serves, or the address of a database.
    ///   - target: the same.
    ///   - progress: is told how far it is; returns whether to go on.
    /// - Throws: `targetExists` when the target holds another registry; `databaseLocked` when a daemon serves one of them;
    ///   `databaseNewer`, `migrationEdited`, `databaseUnfit` when the source is of another version; `interrupted`; the storage errors.
    public static func copy(
        from source: String, to target: String, progress: @escaping (CopyProgress) -> Bool
    ) throws(RegistryError) -> CopiedRegistry {
        let (from, to) = (try RegistryPlace(source), try RegistryPlace(target))
        guard from.place != to.place else {
            throw RegistryError(.badRequest, "the source and the target are the same registry; choose another target")
        }
        let reading = try from.openSource()
        let writing = try to.openTarget()
        return try withExtendedLifetime((from, to)) { () throws(RegistryError) in
            try RegistryCopy(reading, writing, source: from.shown, progress: progress).run()
        }
    }
}

/// A copy that goes on.
private struct RegistryCopy: ~Copyable {
    private let source: Connection
    private let target: Connection
    private let name: String
    private let progress: (CopyProgress) -> Bool
    private let columns: [[String]]
    private let total: Int

    init(
        _ source: Connection, _ target: Connection, source name: String, progress: @escaping (CopyProgress) -> Bool
    ) throws(RegistryError) {
        (self.source, self.target, self.name, self.progress) = (source, target, name, progress)
        var columns: [[String]] = []
        var total = 0
        for table in CopiedTable.all {
            columns.append(try source.all(source.driver.dialect.columns(of: table.name)) { $0.text(0) })
            // The settings are written last: the mark is one of the target's.
            if !table.isSettings { total += try table.count(in: source) }
        }
        (self.columns, self.total) = (columns, total)
    }

    func run() throws(RegistryError) -> CopiedRegistry {
        try claim()
        let before = try copy()
        try verify()
        try finish()
        return CopiedRegistry(
            characters: try count("characters"), images: try count("images"), rows: total, before: before)
    }

    /// What tells the source's state from another: a copy of another state cannot go on from this one's.
    private func sourceState() throws(RegistryError) -> String {
        let last = try source.first("SELECT coalesce(max(id), 0) FROM audit") { $0.integer(0) } ?? 0
        return "\(name)\n\(total)\n\(last)"
    }

    /// Marks the target as a copy that has not ended.
    private func claim() throws(RegistryError) {
        let state = try sourceState()
        try target.transaction { () throws(RegistryError) in
            if let begun = try target.unfinishedCopy() {
                guard begun == state else {
                    throw RegistryError(
                        .targetExists,
                        "the target holds a part of a copy of another registry, or the registry has changed since; empty the target and begin again"
                    )
                }
                return
            }
            for table in CopiedTable.all where try table.count(in: target) > 0 {
                throw RegistryError(.targetExists, "the target holds a registry already; choose an empty one")
            }
            try target.run(
                "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)",
                [.text(Connection.copyMark), .text(state), .time(Date())])
        }
    }

    /// - Returns: the rows that were there already.
    private func copy() throws(RegistryError) -> Int {
        var (done, before) = (0, 0)
        for (table, columns) in zip(CopiedTable.all, columns) {
            guard !table.isSettings else { continue }
            let there = try table.count(in: target)
            (done, before) = (done + there, before + there)
            var last = try table.lastKey(in: target)
            while true {
                let rows = try table.rows(after: last, columns, in: source)
                guard let row = rows.last else { break }
                try target.transaction { () throws(RegistryError) in
                    try table.insert(rows, columns, into: target)
                }
                last = table.key(of: row, columns)
                done += rows.count
                try tell(.copying, done)
            }
        }
        return before
    }

    private func verify() throws(RegistryError) {
        var done = 0
        for (table, columns) in zip(CopiedTable.all, columns) where !table.isSettings {
            var last: [SQLValue]?
            while true {
                let rows = try table.rows(after: last, columns, in: source)
                let copies = try table.rows(after: last, columns, in: target)
                guard rows == copies else {
                    throw RegistryError(
                        .storageFailure,
                        "the copy of the table \(table.name) differs from the source after row \(done); empty the target and begin again"
                    )
                }
                guard let row = rows.last else { break }
                last = table.key(of: row, columns)
                done += rows.count
                try tell(.verifying, done)
            }
        }
    }

    /// Copies the settings, in the place of the mark, and continues the numbers of the source.
    private func finish() throws(RegistryError) {
        try target.transaction { () throws(RegistryError) in
            try target.run("DELETE FROM settings")
            for (table, columns) in zip(CopiedTable.all, columns) {
                if table.isSettings {
                    var last: [SQLValue]?
                    while case let rows = try table.rows(after: last, columns, in: source), let row = rows.last {
                        try table.insert(rows, columns, into: target)
                        last = table.key(of: row, columns)
                    }
                }
                guard table.hasNumbers else { continue }
                let number = try source.first(source.driver.dialect.lastNumber(in: table.name)) {
                    $0.isNull(0) ? nil : $0.integer(0)
                }
                if let number = number ?? nil {
                    try target.execute(target.driver.dialect.setLastNumber(number, in: table.name))
                }
            }
            try target.record("registry.copy", subject: name, detail: ["rows": total])
        }
    }

    private func count(_ table: String) throws(RegistryError) -> Int {
        try source.first("SELECT count(*) FROM \(table)") { $0.int(0) } ?? 0
    }

    private func tell(_ step: CopyProgress.Step, _ done: Int) throws(RegistryError) {
        guard progress(CopyProgress(step: step, done: done, total: total)) else {
            throw RegistryError(.interrupted, "the copy was stopped before its end; the same command goes on with it")
        }
    }
}

extension Connection {
    /// The setting that marks a registry as a copy that has not ended.
    fileprivate static let copyMark = "unfinished-copy"

    /// What the copy is of; nil in a registry that is complete.
    fileprivate func unfinishedCopy() throws(RegistryError) -> String? {
        try first("SELECT value FROM settings WHERE key = $1", [.text(Self.copyMark)]) { $0.text(0) }
    }

    /// - Throws: `databaseUnfit` for a copy that has not ended.
    func checkIsComplete() throws(RegistryError) {
        guard let state = try unfinishedCopy() else { return }
        let source = state.split(separator: "\n").first ?? ""
        throw RegistryError(
            .databaseUnfit, "this registry is a copy of \(source) that has not ended; end it with: aniwho registry copy"
        )
    }
}
