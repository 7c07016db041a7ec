import API
import CMicroHTTPD
import Foundation
import Platform
import Synchronization

/// A listening Unix socket. It never replaces the socket of a daemon that is running, but replaces one that a dead daemon left.
final class UnixSocket: Sendable {
    let path: String
    let descriptor: Int32
    /// The inode of the path, which is removed at the end; nil when a service manager owns the socket.
    private let inode: UInt64?

    /// `sun_path` holds 108 bytes including the final zero.
    static let longestPath = 107

    /// - Throws: `busy` when a daemon listens there, `usage` when the path cannot be that of a socket, `storage` otherwise.
    init(path: String) throws(APIError) {
        self.path = path
        guard path.utf8.count <= Self.longestPath, !path.isEmpty else {
            throw APIError(.usage, "the socket's path must have 1 to \(Self.longestPath) bytes: \(path)")
        }
        try Self.makeRoom(at: path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("cannot create a socket", path) }
        // Only the owner may connect until ``admit(others:)``.
        let mask = umask(0o177)
        let bound = unsafe withSocketAddress(sockaddr_un(path: path.utf8)) { unsafe bind(descriptor, $0, $1) }
        umask(mask)
        guard bound == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let error = Self.failure("cannot bind the socket", path)
            close(descriptor)
            throw error
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        inode = Self.inode(of: path) ?? 0
    }

    /// A socket that a service manager created and owns.
    /// - Throws: `usage` when it is not a listening Unix socket.
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
        else { throw APIError(.usage, "the socket that the service manager passed is not a listening Unix socket") }
        path = unsafe withUnsafeBytes(of: &address.sun_path) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        inode = nil
    }

    /// Sets whether other users than the owner may connect; their user ids then decide what they may do. Does not change a service manager's
    /// socket.
    func admit(others: Bool) {
        guard let inode, Self.inode(of: path) == inode else { return }
        unsafe chmod(path, others ? 0o666 : 0o600)
    }

    /// Removes the path, unless another daemon has replaced the socket, and closes the socket.
    func remove() {
        if let inode, Self.inode(of: path) == inode { unsafe unlink(path) }
        close(descriptor)
    }

    /// Creates the folder, and removes the socket that a dead daemon left.
    private static func makeRoom(at path: String) throws(APIError) {
        // Not `deletingLastPathComponent` of `NSString`, which traps for a relative path of one character.
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
        if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
            do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                throw APIError(
                    .storage,
                    "cannot create the socket's folder \(folder): \(SystemReason.text(error)); choose another path with --socket"
                )
            }
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw APIError(.usage, "\(path) exists and is not a socket; choose another path with --socket")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        let connected = unsafe withSocketAddress(sockaddr_un(path: path.utf8)) { unsafe connect(probe, $0, $1) }
        if connected == 0 {
            throw APIError(.busy, "a daemon already listens at \(path); stop it, or choose another path with --socket")
        }
        guard errno == ECONNREFUSED else { throw failure("cannot test the existing socket", path) }
        unsafe unlink(path)
    }

    private static func inode(of path: String) -> UInt64? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private static func failure(_ what: String, _ path: String) -> APIError {
        APIError(.storage, "\(what) at \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
