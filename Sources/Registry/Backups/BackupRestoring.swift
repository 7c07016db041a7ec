import API
import CSQLite
public import Foundation

/// A backup that was put back.
public struct RestoredBackup: Sendable, Equatable {
    public let summary: ContentSummary
    /// Where the registry is kept whose place the backup took; nil when there was none.
    public let replaced: String?
}

extension BackupFile {
    /// Puts a backup into a data directory, where a daemon of this version will serve it.
    ///
    /// The backup is verified first. The directory is held meanwhile as a daemon holds it. At every moment there is a whole
    /// registry or none in it: the former one until the backup takes its place by one rename.
    /// - Parameters:
    ///   - directory: made where it is missing.
    ///   - replacing: whether the backup may take the place of a registry that is there, which is kept beside it.
    ///   - digest: SHA-256, in lower-case hexadecimal.
    ///   - verifying: gets how many files in the backup of how many are checked.
    ///   - copying: gets how many bytes of how many are copied.
    /// - Throws: as ``verify(_:digest:progress:)``; `databaseLocked` when a daemon serves the directory; `targetExists` when it
    ///   is not empty.
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

    /// - Returns: where the former registry is kept.
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
            try record(file, in: partial.path)
            try partial.give(toOwnerOf: directory)
            let kept = try keepFormer(database)
            try partial.commit(replacing: true)
            return kept
        } catch {
            partial.discard()
            throw error
        }
    }

    /// Adds the audit row of the restoring to the copy.
    private static func record(_ file: String, in path: String) throws(RegistryError) {
        let copy = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        try copy.transaction { () throws(RegistryError) in try copy.record("registry.restore", subject: file) }
    }

    /// Gives the database that is there a second name.
    ///
    /// What its log holds is taken into it first: a log that stayed would be read as the backup's.
    private static func keepFormer(_ database: String) throws(RegistryError) -> String? {
        guard FileManager.default.fileExists(atPath: database) else { return nil }
        let kept = database + ".replaced"
        var isWhole = false
        if let former = try? Connection(path: database, flags: SQLITE_OPEN_READWRITE) {
            isWhole = (try? former.first("PRAGMA journal_mode = DELETE") { $0.text(0) }) == "delete"
        }
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
            // Left where the database is damaged, or its log cannot be written: kept beside it, as it is.
            guard !isWhole else { throw RegistryError(.databaseLocked, "another process holds \(database)") }
            try rename(database + suffix, to: kept + suffix)
        }
        try? FileManager.default.removeItem(atPath: kept)
        do { try FileManager.default.linkItem(atPath: database, toPath: kept) } catch {
            throw RegistryError(
                .storageFailure, "the registry that is there cannot be kept as \(kept): \(error.localizedDescription)")
        }
        return kept
    }

    private static func rename(_ path: String, to target: String) throws(RegistryError) {
        try? FileManager.default.removeItem(atPath: target)
        do { try FileManager.default.moveItem(atPath: path, toPath: target) } catch {
            throw RegistryError(.storageFailure, "\(path) cannot be moved: \(error.localizedDescription)")
        }
    }
}
