import CSQLite
public import Foundation

extension Registry {
    /// Reads all that a data directory holds, whether or not a daemon serves it, as ``BackupFile/verify(_:digest:progress:)``
    /// reads a backup. Nothing is changed.
    /// - Parameters:
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - progress: gets how many of how many kept files are checked.
    /// - Throws: `storageCorrupt`, with the first things that are wrong and what to do; `storageFailure` where there is no
    ///   registry; `databaseNewer`, `migrationEdited`; the other storage errors.
    public static func check(
        directory: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> ContentSummary {
        let file = DataDirectory.database(in: directory)
        guard FileManager.default.fileExists(atPath: file) else {
            throw RegistryError(.storageFailure, "there is no registry in \(directory)")
        }
        do throws(RegistryError) {
            let database = try Connection(path: file, flags: SQLITE_OPEN_READONLY)
            return try Contents(database).verified(file, digest: digest, progress: progress) { damage($0, directory) }
        } catch  where error.reason == .storageCorrupt && error.sqliteCode != nil {
            throw damage("SQLite cannot read \(file)", directory)
        }
    }

    private static func damage(_ problems: String, _ directory: String) -> RegistryError {
        RegistryError(
            .storageCorrupt,
            """
            the registry in \(directory) is damaged: \(problems). Stop the daemon, keep a copy of the folder, look after the disk, \
            and put the last backup in its place with: aniwho backup restore FILE \(directory) --force
            """)
    }
}
