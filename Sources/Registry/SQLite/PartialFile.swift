import API
import Foundation

/// A file that is written beside its place, and put there whole and durable, or not at all.
struct PartialFile {
    /// Where it is to be.
    let place: String
    /// Where it is written. What a process that was killed has left there is replaced.
    let path: String

    private var folder: String { URL(filePath: place).deletingLastPathComponent().path }

    /// Makes the empty file, readable by its owner only.
    /// - Throws: `storageReadOnly`, `storageFull`, `storageFailure`, with the path.
    init(for place: String) throws(RegistryError) {
        self.place = place
        path = Self.path(for: place)
        discard()
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectory.failure("create", path) }
        Glibc.close(descriptor)
    }

    /// Where the file for a place is written.
    static func path(for place: String) -> String {
        let place = URL(filePath: place)
        return place.deletingLastPathComponent().appending(path: ".\(place.lastPathComponent).partial").path
    }

    /// Fills it with another file's bytes.
    /// - Parameter progress: gets how many bytes of how many are copied.
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

    /// Gives the file to a folder's owner, where the superuser writes it for somebody else.
    /// - Throws: the storage errors, with the path.
    func give(toOwnerOf folder: String) throws(RegistryError) {
        guard geteuid() == 0 else { return }
        var status = stat()
        guard unsafe stat(folder, &status) == 0, unsafe chown(path, status.st_uid, status.st_gid) == 0 else {
            throw DataDirectory.failure("give to its owner", path)
        }
    }

    /// Makes the file durable and puts it in its place.
    /// - Parameter replacing: whether it may take the place of a file that is there.
    /// - Throws: `targetExists`, or the storage errors; the partial file is still there then.
    func commit(replacing: Bool) throws(RegistryError) {
        try synchronize()
        if !replacing {
            // A name that is taken is refused by the system itself, so that nobody's file is lost to a race.
            if unsafe link(path, place) == 0 {
                unsafe unlink(path)
                return DataDirectory.synchronize(folder)
            }
            let number = errno
            if number == EEXIST || FileManager.default.fileExists(atPath: place) {
                throw RegistryError(.targetExists, "\(place) is there already; nothing was written")
            }
            // A file system without hard links.
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

    /// Removes the partial file, and what SQLite keeps beside it.
    func discard() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unsafe unlink(path + suffix) }
    }
}
