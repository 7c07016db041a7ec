import Foundation

/// Reads a file that another program wrote, and which may be anything.
enum PlainFile {
    /// The contents of a plain file; nil for a link, a FIFO, a device, a larger file, and one that cannot be read.
    ///
    /// The checks are of the opened file, so that no other file can take its place after them.
    static func contents(_ path: String, upTo maximum: Int) -> Data? {
        // Opening a FIFO without O_NONBLOCK would wait for its writer.
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximum,
            let bytes = try? file.read(upToCount: maximum + 1), bytes.count <= maximum
        else { return nil }
        return bytes
    }
}
