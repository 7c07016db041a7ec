import API
import Foundation

/// The folder that holds a registry.
enum DataDirectory {
    /// Creates the folder (readable by its owner only) and the empty database file in it, where they are missing.
    /// - Returns: the path of the database file.
    static func prepare(_ directory: String) throws(RegistryError) -> String {
        try makeFolder(directory)
        let path = database(in: directory)
        // SQLite gives its log and index files the permissions of the database file: people's pictures are private.
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open", path) }
        Glibc.close(descriptor)
        synchronize(directory)
        return path
    }

    /// Creates the folder, where it is missing.
    static func makeFolder(_ directory: String) throws(RegistryError) {
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw failure("create", directory)
        }
        // The folder's own entry must survive power loss as well as what is in it.
        synchronize(URL(filePath: directory).deletingLastPathComponent().path)
    }

    /// The path of the database file.
    static func database(in directory: String) -> String { directory + "/aniwho.db" }

    /// Makes the entries of a folder durable, as far as its file system can.
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
