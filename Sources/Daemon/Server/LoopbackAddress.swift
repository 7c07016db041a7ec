import Foundation
import Options

/// An address of this machine that no other can reach, with a port: `127.0.0.1:8642`, `[::1]:8642`.
struct LoopbackAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without brackets.
    let host: String
    /// 0 for one that the system chooses.
    let port: UInt16

    init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

    /// - Throws: ``ConfigurationError`` for anything else.
    init(_ text: String) throws(ConfigurationError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let port = parts.last.flatMap({ UInt16($0) }) else {
            throw ConfigurationError(["“\(text)” is no address with a port, such as 127.0.0.1:8642 or [::1]:8642"])
        }
        let written = parts.dropLast().joined(separator: ":")
        let isBracketed = written.hasPrefix("[") && written.hasSuffix("]")
        let host = isBracketed ? String(written.dropFirst().dropLast()) : written
        guard Self.isLoopback(host), isBracketed == host.contains(":") else {
            throw ConfigurationError([
                "“\(written)” is no loopback address: only this machine may connect, to 127.0.0.1 or [::1]; let others in by SSH"
            ])
        }
        self.init(host: host, port: port)
    }

    var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// Whether a numeric address is one of 127.0.0.0/8 or ::1.
    static func isLoopback(_ host: String) -> Bool {
        var (v4, v6) = (in_addr(), in6_addr())
        if unsafe inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
        guard unsafe inet_pton(AF_INET6, host, &v6) == 1 else { return false }
        return unsafe withUnsafeBytes(of: &v6) { unsafe Array($0) == Array(repeating: 0, count: 15) + [1] }
    }
}
