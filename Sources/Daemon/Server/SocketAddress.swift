import Foundation

/// Passes a socket address of any family to a C function.
/// - Parameters:
///   - address: such as `sockaddr_in6`.
///   - length: of the address in bytes, if it is shorter than its type.
func withSocketAddress<Address, Result>(
    _ address: Address, length: Int = MemoryLayout<Address>.size,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(length)) }
    }
}

extension sockaddr_un {
    /// The address of a Unix socket.
    /// - Parameter path: at most 107 bytes. A first byte of 0 means a name in the abstract namespace.
    init(path: some Collection<UInt8>) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &sun_path) { unsafe $0.copyBytes(from: path) }
    }
}
