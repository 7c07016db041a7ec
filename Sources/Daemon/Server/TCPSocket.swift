import API
import CMicroHTTPD
import Foundation

/// A TCP socket that listens on a loopback address.
final class TCPSocket: Sendable {
    let descriptor: Int32
    /// The address that it listens on, with its actual port.
    let address: LoopbackAddress

    /// - Throws: `busy` when another program listens there, `storage` when the system does not allow it.
    init(_ wanted: LoopbackAddress) throws(APIError) {
        let isIPv6 = wanted.host.contains(":")
        let descriptor = socket(
            isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0)
        guard descriptor >= 0 else { throw Self.failure(wanted) }
        // Do not wait until the connections of a daemon that ended a moment ago have timed out.
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = isIPv6 ? Self.bindIPv6(descriptor, wanted) : Self.bindIPv4(descriptor, wanted)
        guard bound == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let error = Self.failure(wanted)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        address = LoopbackAddress(host: wanted.host, port: Self.port(of: descriptor))
    }

    func remove() { close(descriptor) }

    private static func bindIPv4(_ descriptor: Int32, _ wanted: LoopbackAddress) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.port.bigEndian
        unsafe inet_pton(AF_INET, wanted.host, &address.sin_addr)
        return unsafe withSocketAddress(address) { unsafe bind(descriptor, $0, $1) }
    }

    private static func bindIPv6(_ descriptor: Int32, _ wanted: LoopbackAddress) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = wanted.port.bigEndian
        unsafe inet_pton(AF_INET6, wanted.host, &address.sin6_addr)
        return unsafe withSocketAddress(address) { unsafe bind(descriptor, $0, $1) }
    }

    /// The port is at the same offset in IPv4 and IPv6 addresses.
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
            ? APIError(.busy, "another program listens at \(address); choose another port with --listen")
            : APIError(.storage, "cannot listen at \(address): \(reason)")
    }
}
