import API
import CMicroHTTPD
import Foundation
import Synchronization

/// A Unix socket that listens at a path. A live one is never stolen, a stale one is replaced.
final class ListeningSocket: Sendable {
    let path: String
    let descriptor: Int32
    /// Of the path that is removed in the end; nil where the socket is another's.
    private let inode: UInt64?

    /// `sun_path` holds 108 bytes with the closing zero.
    static let longestPath = 107

    /// - Throws: `busy` when a daemon listens there, `usage` when the path cannot be a socket's, `storage` otherwise.
    init(path: String) throws(APIError) {
        self.path = path
        guard path.utf8.count <= Self.longestPath, !path.isEmpty else {
            throw APIError(.usage, "the socket's path must have 1 to \(Self.longestPath) bytes: \(path)")
        }
        try Self.makeRoom(at: path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("no socket can be made", path) }
        // Only the owner may connect, until others are admitted.
        let mask = umask(0o177)
        let bound = unsafe Self.withAddress(path) { unsafe bind(descriptor, $0, $1) }
        umask(mask)
        guard bound == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let error = Self.failure("the socket cannot be bound", path)
            close(descriptor)
            throw error
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        inode = Self.inode(of: path) ?? 0
    }

    /// A socket that a service manager made, and whose path it looks after.
    /// - Throws: `usage` when it is no Unix socket that listens.
    init(handedOver descriptor: Int32) throws(APIError) {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        var listens: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let named = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard named == 0, address.sun_family == sa_family_t(AF_UNIX),
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens != 0
        else { throw APIError(.usage, "the socket handed over by the service manager is no Unix socket that listens") }
        path = unsafe withUnsafeBytes(of: &address.sun_path) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        inode = nil
    }

    /// Lets others than the owner connect, or not: who may do what is then decided by their number. A service manager's socket
    /// is as that made it.
    func admit(others: Bool) {
        guard let inode, Self.inode(of: path) == inode else { return }
        unsafe chmod(path, others ? 0o666 : 0o600)
    }

    /// Removes the path, unless another daemon's socket has taken its place, and closes the socket.
    func remove() {
        if let inode, Self.inode(of: path) == inode { unsafe unlink(path) }
        close(descriptor)
    }

    /// Makes the folder, and removes what a daemon that died has left.
    private static func makeRoom(at path: String) throws(APIError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
            do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                throw APIError(
                    .storage, "the socket's folder \(folder) cannot be made: choose another with --socket")
            }
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw APIError(.usage, "\(path) is there and is no socket; choose another path with --socket")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        if unsafe withAddress(path, { unsafe connect(probe, $0, $1) }) == 0 {
            throw APIError(.busy, "a daemon already listens at \(path): stop it, or choose another path with --socket")
        }
        guard errno == ECONNREFUSED else { throw failure("the socket that is there cannot be probed", path) }
        unsafe unlink(path)
    }

    private static func inode(of path: String) -> UInt64? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private static func failure(_ what: String, _ path: String) -> APIError {
        APIError(.storage, "\(what) at \(path): \(unsafe String(cString: strerror(errno)))")
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
