import API
import CSQLite
import Foundation

/// Where a backup is to be written, checked before the writing begins.
public struct BackupTarget: Sendable {
    public let file: String
    let replaces: Bool

    /// - Parameters:
    ///   - file: an absolute path.
    ///   - replacing: whether the backup may take the place of an earlier one.
    ///   - registry: whose backup it is to be.
    /// - Throws: `targetExists` when something is there that may not be replaced; `badBackup` when the place is no place for a
    ///   backup.
    public init(_ file: String, replacing: Bool, of registry: Registry) throws(RegistryError) {
        let given = URL(filePath: file).standardized
        let place = given.deletingLastPathComponent().resolvingSymlinksInPath().appending(
            path: given.lastPathComponent)
        let data = URL(filePath: registry.directory).absoluteURL.standardized.resolvingSymlinksInPath().path
        guard file.hasPrefix("/"), !file.hasSuffix("/") else {
            throw RegistryError(.badBackup, "“\(file)” is not the absolute path of a file")
        }
        guard place.deletingLastPathComponent().path != data else {
            throw RegistryError(
                .badBackup, "\(file) lies in the data directory itself; a backup there would be lost with the registry")
        }
        if FileManager.default.fileExists(atPath: place.path) {
            guard replacing else {
                throw RegistryError(
                    .targetExists, "\(file) is there already; choose another name, or replace it with --force")
            }
            // Whatever else it is, it is worth more than the room it takes.
            guard (try? BackupFile.checkHeader(place.path)) != nil else {
                throw RegistryError(.targetExists, "\(file) is there and is no backup; it is not replaced")
            }
        }
        self.file = place.path
        replaces = replacing
    }
}

extension Registry {
    /// Pages of a step: 2 MiB, a few milliseconds.
    private static let pagesPerStep: Int32 = 256

    /// Writes a backup: the whole registry, as it is when this begins, in one file that needs nothing beside it.
    ///
    /// It reads through a connection of its own and waits for nobody; it blocks its thread until the file is durable.
    /// - Parameter progress: gets how many pages of how many are copied, and says whether to go on.
    /// - Returns: the backup's bytes.
    /// - Throws: `interrupted`, `targetExists`, or the storage errors; then nothing is left at the file's place.
    public nonisolated func backUp(
        to target: BackupTarget, progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(RegistryError) -> Int {
        let partial = try PartialFile(for: target.file)
        do throws(RegistryError) {
            try Self.copy(DataDirectory.database(in: directory), to: partial.path, progress: progress)
            try partial.commit(replacing: target.replaces)
        } catch {
            partial.discard()
            guard error.code == .storageFull else { throw error }
            throw RegistryError(.storageFull, "the disk of \(target.file) is full; no backup was written")
        }
        let size = try? FileManager.default.attributesOfItem(atPath: target.file)[.size] as? NSNumber
        return size?.intValue ?? 0
    }

    private static func copy(
        _ database: String, to path: String, progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(RegistryError) {
        let source = try Connection(path: database, flags: SQLITE_OPEN_READONLY)
        let copy = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        // The file is thrown away unless it is whole, and made durable then: neither a journal nor syncs are needed before.
        try copy.execute("PRAGMA journal_mode = MEMORY")
        try copy.execute("PRAGMA synchronous = OFF")
        try source.copy(to: copy, pages: pagesPerStep, progress: progress)
        // The copied header asks for a write-ahead log, which a file that travels alone must not need.
        let mode = try copy.first("PRAGMA journal_mode = DELETE") { $0.text(0) }
        guard mode == "delete" else {
            throw RegistryError(
                .storageFailure, "the backup cannot be made a single file: SQLite keeps it in mode \(mode ?? "none")")
        }
    }
}
