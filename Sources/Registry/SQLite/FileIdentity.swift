import Foundation

/// What tells a file from all others on its disk, whatever its name: it stays the same when the file gets another name.
///
/// The disk's own number is no part of it, because it may change with a restart of the machine.
public struct FileIdentity: Codable, Sendable, Equatable {
    /// The number of its inode.
    public let inode: UInt64
    /// In bytes.
    public let size: Int64
    /// When it was written last: seconds since 1970, and nanoseconds.
    public let seconds, nanoseconds: Int

    /// - Returns: nil if there is no regular file at the path.
    public init?(of path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
}
