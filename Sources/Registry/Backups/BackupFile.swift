public import API
import CSQLite
public import Foundation

/// Backups without a daemon: to verify and to restore them.
public enum BackupFile {
    /// Checks a whole backup: SQLite's own check of every page, the foreign keys, the schema, the prototypes, and the hash of every picture,
    /// model and classifier.
    /// - Parameters:
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - progress: gets the number of stored files checked and of all stored files.
    /// - Throws: `badBackup`, which describes the first problems; `databaseNewer`, `migrationEdited`; the storage errors.
    public static func verify(
        _ file: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> ContentSummary {
        try checkHeader(file)
        do throws(RegistryError) {
            let database = try Connection(path: file, flags: SQLITE_OPEN_READONLY)
            return try ContentCheck(database).run(on: .file(path: file), digest: digest, progress: progress) {
                RegistryError(.badBackup, "\(file) is damaged: \($0)")
            }
        } catch  where error.reason == .storageCorrupt || error.reason == .storageFailure {
            throw RegistryError(
                .badBackup, "\(file) is damaged or is not a backup", sql: error.sql, sqliteCode: error.sqliteCode)
        }
    }

    /// Checks that it is a regular file, and its first bytes. Never waits, as opening a FIFO does.
    /// - Throws: `badBackup` when they are not those of a backup; `storageReadOnly` or `storageFailure` when they cannot be read.
    static func checkHeader(_ file: String) throws(RegistryError) {
        let descriptor = unsafe Glibc.open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw DataDirectory.failure("read", file) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var info = stat()
        guard unsafe fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw RegistryError(.badBackup, "\(file) is not a regular file, so it is not a backup")
        }
        // SQLite's file format: the name at 0, the versions of the format at 18 and 19 (2 with a write-ahead log), the application at 68.
        let header = Array((try? handle.read(upToCount: 100)) ?? Data())
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)),
            header[68..<72].reduce(Int64(0), { $0 << 8 | Int64($1) }) == SQLiteDriver.applicationID
        else { throw RegistryError(.badBackup, "\(file) is not a backup of a registry") }
        guard header[18] == 1, header[19] == 1 else {
            throw RegistryError(
                .badBackup,
                "\(file) is a registry's own database file, which is incomplete without its log; make a backup with: aniwho backup create FILE"
            )
        }
    }
}

extension Registry {
    /// Checks a whole data directory, as ``BackupFile/verify(_:digest:progress:)`` checks a backup. A daemon may serve the directory
    /// meanwhile. Changes nothing.
    /// - Parameters:
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - progress: gets the number of stored files checked and of all stored files.
    /// - Throws: `storageCorrupt`, which describes the first problems and says what to do; `storageFailure` when there is no registry;
    ///   `databaseNewer`, `migrationEdited`; the other storage errors.
    public static func check(
        directory: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> ContentSummary {
        let file = DataDirectory.database(in: directory)
        guard FileManager.default.fileExists(atPath: file) else {
            throw RegistryError(.storageFailure, "there is no registry in \(directory)")
        }
        do throws(RegistryError) {
            let database = try Connection(path: file, flags: SQLITE_OPEN_READONLY)
            return try ContentCheck(database).run(on: .file(path: file), digest: digest, progress: progress) {
                damage($0, directory)
            }
        } catch  where error.reason == .storageCorrupt && error.sqliteCode != nil {
            throw damage("SQLite cannot read \(file)", directory)
        }
    }

    /// Checks a whole registry in a PostgreSQL database, as ``check(directory:digest:progress:)`` checks one in a directory.
    /// - Throws: `storageCorrupt`, `databaseUnfit`, `databaseAway`, `databaseNewer`, `migrationEdited`; the other storage errors.
    public static func check(
        database address: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> ContentSummary {
        let address = try PostgreSQLAddress(validating: address)
        let place = DatabasePlace.server(address)
        let database = try place.connectToRead()
        guard try database.all(database.driver.dialect.tables, [], { $0.text(0) }).contains("migrations") else {
            throw RegistryError(.fileNotFound, "there is no registry in \(address.shown)")
        }
        return try ContentCheck(database).run(on: place, digest: digest, progress: progress) {
            RegistryError(
                .storageCorrupt,
                "the registry in \(address.shown) is damaged: \($0). Stop the daemon and restore the database from its last backup: pg_restore"
            )
        }
    }

    private static func damage(_ problems: String, _ directory: String) -> RegistryError {
        RegistryError(
            .storageCorrupt,
            """
            the registry in \(directory) is damaged: \(problems). Stop the daemon, keep a copy of the folder, check the disk, \
            and replace the registry with the last backup: aniwho backup restore FILE \(directory) --force
            """)
    }
}
