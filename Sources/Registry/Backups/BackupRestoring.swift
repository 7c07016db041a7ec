public import API
import CSQLite
public import Foundation
import Platform

/// The outcome of restoring a backup.
public struct RestoredBackup: Sendable, Equatable {
    public let summary: ContentSummary
    /// The path of the registry that the backup replaced; nil when there was none.
    public let replaced: String?
}

extension BackupFile {
    /// Copies a backup into a data directory, where a daemon of this version can serve it.
    ///
    /// It verifies the backup first. It locks the directory meanwhile, as a daemon does. At every moment the directory holds a complete
    /// registry or none: the former one until the backup replaces it by one rename.
    /// - Parameters:
    ///   - directory: created if it is missing.
    ///   - replacing: whether the backup may replace an existing registry, which stays beside it under another name.
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - verifying: gets the number of stored files checked and of all stored files.
    ///   - copying: gets the number of bytes copied and of all bytes.
    /// - Throws: as ``verify(_:digest:progress:)``; `databaseLocked` when a daemon serves the directory; `targetExists` when it
    ///   is not empty and `replacing` is false.
    public static func restore(
        _ file: String, to directory: String, replacing: Bool, digest: (Data) -> String,
        verifying: (_ done: Int, _ total: Int) -> Void, copying: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> RestoredBackup {
        let summary = try verify(file, digest: digest, progress: verifying)
        let isNew = !FileManager.default.fileExists(atPath: directory)
        try DataDirectory.makeFolder(directory)
        do throws(RegistryError) {
            let lock = try DirectoryLock(directory: directory)
            let replaced = try withExtendedLifetime(lock) { () throws(RegistryError) in
                try place(file, in: directory, replacing: replacing, copying: copying)
            }
            return RestoredBackup(summary: summary, replaced: replaced)
        } catch {
            if isNew { try? FileManager.default.removeItem(atPath: directory) }
            throw error
        }
    }

    /// - Returns: the path of the former registry; nil when there was none.
    private static func place(
        _ file: String, in directory: String, replacing: Bool, copying: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> String? {
        let database = DataDirectory.database(in: directory)
        let ours = [DirectoryLock.fileName, URL(filePath: PartialFile.path(for: database)).lastPathComponent]
        let contents = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
            !ours.contains($0)
        }
        guard contents.isEmpty || replacing else {
            throw RegistryError(
                .targetExists,
                "\(directory) is not empty (it holds \(contents.sorted().prefix(3).joined(separator: ", "))); choose another directory, or replace its registry with --force"
            )
        }
        let partial = try PartialFile(for: database)
        do throws(RegistryError) {
            try partial.fill(from: file, progress: copying)
            try finish(partial.path, from: file)
            try partial.give(toOwnerOf: directory)
            let kept = try keepFormer(database)
            try partial.commit(replacing: true)
            return kept
        } catch {
            partial.discard()
            throw error
        }
    }

    /// Cancels the work on what is enrolled that had not ended in the copy, and adds an audit row about the restoring. A backup that a job
    /// writes holds that job, which must not write it again.
    private static func finish(_ path: String, from file: String) throws(RegistryError) {
        let copy = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        try copy.transaction { () throws(RegistryError) in
            let hasJobs = try copy.first("SELECT 1 FROM sqlite_schema WHERE name = 'jobs'") { $0.int(0) } != nil
            if hasJobs {
                try copy.run(
                    """
                    UPDATE jobs SET state = 'cancelled', ended_at = $1
                    WHERE state IN ('queued', 'running') AND kind IN (\(JobKind.enrolledWork.flatMap(\.self).sqlList))
                    """, [.time(Date())])
            }
            try copy.record("registry.restore", subject: file)
        }
    }

    /// Gives the existing database a second name.
    ///
    /// First moves the contents of its write-ahead log into it: SQLite would take a log that stayed for the backup's.
    private static func keepFormer(_ database: String) throws(RegistryError) -> String? {
        guard FileManager.default.fileExists(atPath: database) else { return nil }
        let kept = placeForFormer(database)
        var isWhole = false
        if let former = try? Connection(path: database, flags: SQLITE_OPEN_READWRITE) {
            isWhole = (try? former.first("PRAGMA journal_mode = DELETE") { $0.text(0) }) == "delete"
        }
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
            // The log stays when the database is damaged or the log cannot be written; it is then renamed with the database.
            guard !isWhole else { throw RegistryError(.databaseLocked, "another process holds \(database)") }
            try rename(database + suffix, to: kept + suffix)
        }
        do { try FileManager.default.linkItem(atPath: database, toPath: kept) } catch {
            throw RegistryError(
                .storageFailure, "cannot keep the existing registry as \(kept): \(SystemReason.text(error))")
        }
        return kept
    }

    /// A name beside the database that no earlier restoring has used: with `.replaced`, `.replaced-2`, `.replaced-3` and so on.
    private static func placeForFormer(_ database: String) -> String {
        var (kept, number) = (database + ".replaced", 1)
        while ["", "-wal", "-shm"].contains(where: { FileManager.default.fileExists(atPath: kept + $0) }) {
            number += 1
            kept = "\(database).replaced-\(number)"
        }
        return kept
    }

    private static func rename(_ path: String, to target: String) throws(RegistryError) {
        do { try FileManager.default.moveItem(atPath: path, toPath: target) } catch {
            throw RegistryError(.storageFailure, "cannot rename \(path): \(SystemReason.text(error))")
        }
    }
}
