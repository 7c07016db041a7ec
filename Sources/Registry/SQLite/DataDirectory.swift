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
        defer { Glibc.close(descriptor) }
        try give(descriptor, path, toOwnerOf: directory)
        synchronize(directory)
        return path
    }

    /// Gives a file that root has made to the owner of its folder, so that a daemon under that user can open it.
    ///
    /// Leaves every other file: the folder's owner could have put a link to another's file in its place.
    /// - Throws: the storage errors, with the path.
    static func give(_ descriptor: Int32, _ path: String, toOwnerOf folder: String) throws(RegistryError) {
        guard geteuid() == 0 else { return }
        var (file, owner) = (stat(), stat())
        guard unsafe fstat(descriptor, &file) == 0, unsafe stat(folder, &owner) == 0 else {
            throw failure("give to its owner", path)
        }
        guard file.st_uid == 0, file.st_nlink == 1, owner.st_uid != 0 else { return }
        guard fchown(descriptor, owner.st_uid, owner.st_gid) == 0 else { throw failure("give to its owner", path) }
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
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectory.failure("lock", path) }
        do throws(RegistryError) { try DataDirectory.give(descriptor, path, toOwnerOf: directory) } catch {
            Glibc.close(descriptor)
            throw error
        }
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
