import API
import CSQLite
import Foundation
import Platform

/// The path of a backup to write, checked before the writing begins.
public struct BackupTarget: Sendable {
    public let file: String
    let replaces: Bool

    /// - Parameters:
    ///   - file: an absolute path.
    ///   - replacing: whether the backup may replace an earlier one.
    ///   - registry: the registry to back up.
    /// - Throws: `badRequest` when the registry is in PostgreSQL; `targetExists` when something exists there that may not be replaced;
    ///   `badBackup` when the path is relative or lies in the data directory.
    public init(_ file: String, replacing: Bool, of registry: Registry) throws(RegistryError) {
        _ = try registry.databaseFile
        let place = try Self.place(of: file)
        let data = URL(filePath: registry.directory).absoluteURL.standardized.resolvingSymlinksInPath().path
        guard file.hasPrefix("/"), !file.hasSuffix("/") else {
            throw RegistryError(.badBackup, "“\(file)” is not the absolute path of a file")
        }
        guard place.deletingLastPathComponent().path != data else {
            throw RegistryError(
                .badBackup, "\(file) is in the data directory; a backup there would be lost together with the registry")
        }
        if FileManager.default.fileExists(atPath: place.path) {
            guard replacing else {
                throw RegistryError(
                    .targetExists, "\(file) exists already; choose another name, or replace it with --force")
            }
            // Never replace any other file.
            guard (try? BackupFile.checkHeader(place.path)) != nil else {
                throw RegistryError(
                    .targetExists, "\(file) exists and is not a backup, so it is not replaced; choose another name")
            }
        }
        self.file = place.path
        replaces = replacing
    }

    /// Where the backup is to lie: at the end of a link, which stays a link.
    private static func place(of file: String) throws(RegistryError) -> URL {
        var place = URL(filePath: file).standardized
        // The system follows no more than 40 links.
        for _ in 0..<40 {
            let folder = place.deletingLastPathComponent().resolvingSymlinksInPath()
            place = folder.appending(path: place.lastPathComponent)
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place.path) else {
                return place
            }
            place =
                URL(filePath: next, relativeTo: URL(filePath: folder.path, directoryHint: .isDirectory)).absoluteURL
                .standardized
        }
        throw RegistryError(.badBackup, "cannot write \(file): \(SystemReason.text(ELOOP))")
    }
}

extension BackupFile {
    /// Removes the second, hidden name that a backup has if its daemon was killed right after the backup got its own name.
    public static func discardPartial(of file: String) { PartialFile.discard(for: file) }
}

extension Registry {
    /// The pages that one step copies: 2 MiB, in a few milliseconds.
    private static let pagesPerStep: Int32 = 256

    /// Writes a backup: the whole registry, as it is when this begins, in one self-contained file.
    ///
    /// Reads through its own connection, so that it never waits for other users of the registry. Blocks its thread until the file is durable.
    /// - Parameters:
    ///   - placing: gets the complete file's identity and size right before it gets its name.
    ///   - progress: gets the number of pages copied and of all pages; returns whether to go on.
    /// - Returns: the backup's size in bytes.
    /// - Throws: `interrupted`, `targetExists`, or the storage errors. Nothing is left on the disk then.
    public nonisolated func backUp(
        to target: BackupTarget, placing: (_ identity: FileIdentity, _ bytes: Int) -> Void = { _, _ in },
        progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(RegistryError) -> Int {
        let database = try databaseFile
        let partial = try PartialFile(for: target.file)
        do throws(RegistryError) {
            try Self.copy(database, to: partial.path, progress: progress)
            try partial.commit(replacing: target.replaces) {
                if let identity = FileIdentity(of: partial.path) { placing(identity, Int(identity.size)) }
            }
        } catch {
            partial.discard()
            guard error.code == .storageFull else { throw error }
            throw RegistryError(.storageFull, "the disk of \(target.file) is full; no backup was written")
        }
        let size = try? FileManager.default.attributesOfItem(atPath: target.file)[.size] as? NSNumber
        return size?.intValue ?? 0
    }

    /// The path of the database.
    /// - Throws: `badRequest` when it is in PostgreSQL.
    fileprivate nonisolated var databaseFile: String {
        get throws(RegistryError) {
            guard case .file(let path) = place else {
                throw RegistryError(
                    .badRequest,
                    "this registry is in PostgreSQL; back it up with pg_dump, or write a bundle: aniwho bundle export")
            }
            return path
        }
    }

    private static func copy(
        _ database: String, to path: String, progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(RegistryError) {
        let source = try SQLiteDriver(path: database, flags: SQLITE_OPEN_READONLY)
        let copy = try SQLiteDriver(path: path, flags: SQLITE_OPEN_READWRITE)
        // An incomplete file is removed, and a complete one is synced at the end: no journal and no syncs are needed before.
        try copy.execute("PRAGMA journal_mode = MEMORY")
        try copy.execute("PRAGMA synchronous = OFF")
        try source.copy(to: copy, pages: pagesPerStep, progress: progress)
        // The copied header asks for a write-ahead log, which a self-contained file must not need.
        let mode = try Connection(copy).first("PRAGMA journal_mode = DELETE") { $0.text(0) }
        guard mode == "delete" else {
            throw RegistryError(
                .storageFailure, "cannot make the backup a single file: SQLite keeps it in mode \(mode ?? "none")")
        }
    }
}
