import API
import Foundation

/// The folder of a registry.
enum DataDirectory {
    /// Creates the folder (readable only by its owner) and an empty database file in it, if they are missing.
    /// - Returns: the path of the database file.
    static func prepare(_ directory: String) throws(RegistryError) -> String {
        try makeFolder(directory)
        let path = database(in: directory)
        // Pictures are private. SQLite gives its log and index files the same permissions as the database file.
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open", path) }
        Glibc.close(descriptor)
        synchronize(directory)
        return path
    }

    /// Creates the folder, if it is missing.
    static func makeFolder(_ directory: String) throws(RegistryError) {
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw failure("create", directory)
        }
        // The folder's own entry must survive power loss, too.
        synchronize(URL(filePath: directory).deletingLastPathComponent().path)
    }

    /// The path of the database file.
    static func database(in directory: String) -> String { directory + "/aniwho.db" }

    /// Makes the entries of a folder durable, if its file system can.
    static func synchronize(_ directory: String) {
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        Glibc.close(descriptor)
    }

    /// The error for the current `errno`.
    static func failure(_ action: String, _ path: String) -> RegistryError {
        let number = errno
        let message = unsafe "cannot \(action) \(path): \(String(cString: strerror(number)))"
        switch number {
        case ENOSPC, EDQUOT: return RegistryError(.storageFull, message)
        case EROFS, EACCES, EPERM: return RegistryError(.storageReadOnly, message)
        default: return RegistryError(.storageFailure, message)
        }
    }
}

/// A lock on the data directory, so that two daemons never serve the same data.
///
/// It is flock(2) on a file that is never deleted. The kernel releases it when the process ends in any way, and child processes do not
/// inherit it.
final class DirectoryLock: Sendable {
    /// The name of the file in the directory.
    static let fileName = "aniwho.lock"

    private let descriptor: Int32

    /// - Throws: `databaseLocked` when another process holds it, `storageReadOnly` or `storageFailure` otherwise.
    init(directory: String) throws(RegistryError) {
        let path = "\(directory)/\(Self.fileName)"
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectory.failure("lock", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let busy = errno == EWOULDBLOCK
            let error = DataDirectory.failure("lock", path)
            Glibc.close(descriptor)
            throw busy
                ? RegistryError(
                    .databaseLocked, "another daemon serves \(directory); stop it or choose another data directory")
                : error
        }
        self.descriptor = descriptor
    }

    deinit {
        // A child that was forked and has not called exec yet has a copy of the descriptor, so closing alone would not release the lock.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }
}
