import API
import Foundation

/// A file that is written under a temporary name and gets its final name when it is complete and durable.
struct PartialFile {
    /// The final path.
    let place: String
    /// The temporary path. A file there is a killed process's and is replaced.
    let path: String

    private var folder: String { URL(filePath: place).deletingLastPathComponent().path }

    /// Creates the empty file, readable only by its owner.
    /// - Throws: `storageReadOnly`, `storageFull`, `storageFailure`, with the path.
    init(for place: String) throws(RegistryError) {
        self.place = place
        path = Self.path(for: place)
        discard()
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectory.failure("create", path) }
        Glibc.close(descriptor)
    }

    /// The temporary path for a final path.
    static func path(for place: String) -> String {
        let place = URL(filePath: place)
        return place.deletingLastPathComponent().appending(path: ".\(place.lastPathComponent).partial").path
    }

    /// Copies another file's bytes to it.
    /// - Parameter progress: gets the number of bytes copied and of all bytes.
    /// - Throws: the storage errors, with the path.
    func fill(from source: String, progress: (_ done: Int, _ total: Int) -> Void) throws(RegistryError) {
        let input = unsafe Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw DataDirectory.failure("read", source) }
        defer { Glibc.close(input) }
        let output = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
        guard output >= 0 else { throw DataDirectory.failure("write", path) }
        defer { Glibc.close(output) }
        var status = stat()
        guard unsafe fstat(input, &status) == 0 else { throw DataDirectory.failure("read", source) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var done = 0
        while true {
            let count = unsafe read(input, &buffer, buffer.count)
            guard count >= 0 else { throw DataDirectory.failure("read", source) }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = unsafe buffer.withUnsafeBytes { bytes in
                    unsafe write(output, bytes.baseAddress?.advanced(by: written), count - written)
                }
                guard step > 0 else { throw DataDirectory.failure("write", path) }
                written += step
            }
            done += count
            progress(done, Int(status.st_size))
        }
    }

    /// Changes the file's owner to that of a folder, if root writes the file for another user.
    /// - Throws: the storage errors, with the path.
    func give(toOwnerOf folder: String) throws(RegistryError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectory.failure("give to its owner", path) }
        defer { Glibc.close(descriptor) }
        try DataDirectory.give(descriptor, path, toOwnerOf: folder)
    }

    /// Makes the file durable and gives it its final name.
    /// - Parameters:
    ///   - replacing: whether it may replace an existing file.
    ///   - placing: called when it is durable, right before it gets its name.
    /// - Throws: `targetExists`, or the storage errors; the temporary file still exists then.
    func commit(replacing: Bool, placing: () -> Void = {}) throws(RegistryError) {
        try synchronize()
        placing()
        if !replacing {
            // link(2) itself fails when the name is taken, so that a file created meanwhile is never lost.
            if unsafe link(path, place) == 0 {
                unsafe unlink(path)
                return DataDirectory.synchronize(folder)
            }
            let number = errno
            if number == EEXIST || FileManager.default.fileExists(atPath: place) {
                throw RegistryError(.targetExists, "\(place) exists already; nothing was written")
            }
            // The file system has no hard links.
            guard [EPERM, ENOTSUP, ENOSYS].contains(number) else { throw DataDirectory.failure("write", place) }
        }
        guard unsafe rename(path, place) == 0 else { throw DataDirectory.failure("write", place) }
        DataDirectory.synchronize(folder)
    }

    private func synchronize() throws(RegistryError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectory.failure("read", path) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DataDirectory.failure("write", path) }
    }

    /// Removes the temporary file, and SQLite's files beside it.
    func discard() { Self.discard(path) }

    /// Removes the temporary file of a final path that a killed process left, and SQLite's files beside it.
    static func discard(for place: String) { discard(path(for: place)) }

    private static func discard(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unsafe unlink(path + suffix) }
    }
}
