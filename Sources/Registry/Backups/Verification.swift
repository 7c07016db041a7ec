import API
import CSQLite
public import Foundation

/// What a registry or a backup of it holds.
public struct ContentSummary: Sendable, Equatable {
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
    ) throws(RegistryError) -> ContentSummary {
        try checkHeader(file)
        do throws(RegistryError) {
            let database = try Connection(path: file, flags: SQLITE_OPEN_READONLY)
            return try Contents(database).verified(file, digest: digest, progress: progress) {
                RegistryError(.badBackup, "\(file) is damaged: \($0)")
            }
        } catch  where error.reason == .storageCorrupt || error.reason == .storageFailure {
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
                "\(file) is a registry's own database file, which is nothing without its log; make a backup with: aniwho backup create FILE"
            )
        }
    }
}
