import Foundation

/// Holds the data directory, so that two daemons never serve the same data.
///
/// The lock is flock(2) on a file that is never deleted: the kernel lets go of it when the process ends, however it
/// ends, and a child process does not inherit it.
final class DirectoryLock: Sendable {
    /// The file's name in the directory.
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
        // Closing alone would leave it held while a child that was just forked has not become its program yet.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }
}
