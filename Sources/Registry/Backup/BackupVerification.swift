import CSQLite
public import Foundation

/// What a backup holds.
public struct BackupSummary: Sendable, Equatable {
    public let bytes: Int
    /// The number of the last migration that its database has applied, and that of this version's last.
    public let schema: Int
    public let latestSchema: Int
    public let counts: RegistryCounts
    /// The name of the model that answers; nil when none did.
    public let activeModel: String?
    /// When the last change in it was made; nil when there was none.
    public let lastChange: Date?
}

/// Backups without a daemon: reading them, and putting them back.
public enum BackupFile {
    /// Reads a whole backup: SQLite's own check of every page, references, the schema, and the hash of every picture, model
    /// and classifier.
    /// - Parameters:
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - progress: gets how many files in the backup of how many are checked.
    /// - Throws: `badBackup`, with the first things that are wrong; `databaseNewer`, `migrationEdited`; the storage errors.
    public static func verify(
        _ file: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> BackupSummary {
        try checkHeader(file)
        do throws(RegistryError) {
            let database = try Connection(path: file, flags: SQLITE_OPEN_READONLY)
            let migrations = try Migration.sequence(embeddedMigrations)
            let schema = try Migrator(migrations: migrations).verify(database)
            let contents = try BackupContents(database)
            let problems = try contents.problems(digest: digest, progress: progress)
            guard problems.isEmpty else {
                let rest = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
                throw RegistryError(
                    .badBackup, "\(file) is damaged: \(problems.prefix(3).joined(separator: "; "))\(rest)")
            }
            return try contents.summary(of: file, schema: schema, latest: migrations.count)
        } catch  where error.code == .storageCorrupt || error.code == .storageFailure {
            throw RegistryError(
                .badBackup, "\(file) is damaged or is no backup", sql: error.sql, sqliteCode: error.sqliteCode)
        }
    }

    /// Looks at the file's first bytes.
    /// - Throws: `badBackup` when they are not a backup's; `storageReadOnly` or `storageFailure` when they cannot be read.
    static func checkHeader(_ file: String) throws(RegistryError) {
        guard let handle = FileHandle(forReadingAtPath: file) else { throw DataDirectory.failure("read", file) }
        defer { try? handle.close() }
        // SQLite's file format: the name, the versions of the format at 18 and 19, the application at 68.
        let header = Array((try? handle.read(upToCount: 100)) ?? Data())
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)),
            header[68..<72].reduce(Int64(0), { $0 << 8 | Int64($1) }) == Connection.applicationID
        else { throw RegistryError(.badBackup, "\(file) is no backup of a registry") }
        guard header[18] == 1, header[19] == 1 else {
            throw RegistryError(
                .badBackup,
                "\(file) is a registry's own database file, which is nothing without its log; make a backup with: aniwho backup FILE"
            )
        }
    }
}

/// A backup's database, open.
struct BackupContents {
    private let database: Connection
    private let tables: Set<String>

    init(_ database: Connection) throws(RegistryError) {
        self.database = database
        tables = Set(try database.all("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) })
    }

    private static let whole = "ok"

    /// What is wrong, in sentences.
    func problems(
        digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> [String] {
        var problems = try database.all("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != Self.whole }
        problems += Set(try database.all("PRAGMA foreign_key_check") { $0.text(0) }).sorted().map {
            "\($0) refers to what is not there"
        }
        problems += try database.all(
            """
            SELECT e.image FROM embeddings e JOIN models m ON m.id = e.model WHERE length(e.vector) <> 4 * m.dimensions
            """
        ) { "the embedding of image \($0.integer(0)) has a wrong length" }
        // Of what is wrong already, nothing more is to be learnt.
        guard problems.isEmpty else { return problems }
        let present = Self.kinds.filter { tables.contains($0.kind + "s") }
        var total = 0
        for kind in present { total += try count(kind.kind + "s") }
        var done = 0
        for (kind, hash, name) in present {
            try database.run(
                """
                SELECT r.\(name), r.\(hash), f.bytes FROM \(kind)s r LEFT JOIN \(kind)_files f ON f.\(kind) = r.id ORDER BY r.id
                """
            ) { row in
                if row.isNull(2) {
                    problems.append("the file of \(kind) \(row.text(0)) is missing")
                } else if digest(row.blob(2)) != row.text(1) {
                    problems.append("the file of \(kind) \(row.text(0)) is not the one that was kept")
                }
                done += 1
                progress(done, total)
            }
        }
        return problems
    }

    /// What is kept with its bytes: the table of its records is called by it in the plural, with the column of the hash and
    /// that of what people know it by.
    private static let kinds: [(kind: String, hash: String, name: String)] = [
        ("image", "sha256", "id"), ("rejection", "sha256", "id"), ("unknown", "sha256", "id"),
        ("model", "identity", "name"), ("classifier", "identity", "name"),
    ]

    func summary(of file: String, schema: Int, latest: Int) throws(RegistryError) -> BackupSummary {
        let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
        return BackupSummary(
            bytes: size?.intValue ?? 0, schema: schema, latestSchema: latest,
            counts: RegistryCounts(
                characters: try count("characters"), images: try count("images"), models: try count("models"),
                classifiers: try count("classifiers"), prototypes: try count("prototypes")),
            activeModel: try database.activeModel()?.record.name,
            lastChange: try database.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.date(0) })
    }

    /// Rows of a table; none where an older schema has no such table.
    private func count(_ table: String) throws(RegistryError) -> Int {
        guard tables.contains(table) else { return 0 }
        return try database.first("SELECT count(*) FROM \(table)") { $0.int(0) } ?? 0
    }
}
