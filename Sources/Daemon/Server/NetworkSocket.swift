import API
import CMicroHTTPD
import Foundation

/// A TCP socket that listens on a loopback address.
final class NetworkSocket: Sendable {
    let descriptor: Int32
    /// With the port that it has.
    let address: LoopbackAddress

    /// - Throws: `busy` when another program listens there, `storage` when the system does not allow it.
    init(_ wanted: LoopbackAddress) throws(APIError) {
        let isNewer = wanted.host.contains(":")
        let descriptor = socket(
            isNewer ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0)
        guard descriptor >= 0 else { throw Self.failure(wanted) }
        // Connections of a daemon that ended a moment ago do not keep the port.
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = isNewer ? Self.bindNewer(descriptor, wanted) : Self.bindOlder(descriptor, wanted)
        guard bound == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let error = Self.failure(wanted)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        address = LoopbackAddress(host: wanted.host, port: Self.port(of: descriptor))
    }

    func remove() { close(descriptor) }

    private static func bindOlder(_ descriptor: Int32, _ wanted: LoopbackAddress) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.port.bigEndian
        unsafe inet_pton(AF_INET, wanted.host, &address.sin_addr)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func bindNewer(_ descriptor: Int32, _ wanted: LoopbackAddress) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = wanted.port.bigEndian
        unsafe inet_pton(AF_INET6, wanted.host, &address.sin6_addr)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    /// The port is at the same place in the addresses of both families.
    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    private static func failure(_ address: LoopbackAddress) -> APIError {
        let reason = unsafe String(cString: strerror(errno))
        return errno == EADDRINUSE
            ? APIError(.busy, "another program listens at \(address): choose another port with --listen")
            : APIError(.storage, "no connections can be taken at \(address): \(reason)")
    }
}
