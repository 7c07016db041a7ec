import Foundation

/// A connection to a daemon that says what it is told to, as no client would.
final class RawConnection {
    private let descriptor: Int32
    private(set) var isConnected = false

    init(socket path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        connect(&address)
    }

    /// To 127.0.0.1.
    init(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        connect(&address)
    }

    deinit { close(descriptor) }

    private func connect<Address>(_ address: inout Address) {
        isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
            }
        }
    }

    func send(_ text: String) {
        _ = text.withCString { Foundation.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }

    /// Says nothing more, and still reads.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the daemon closes; nil when it does not for so long.
    func readToEnd(seconds: Int = 5) -> String? {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN { return nil }
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }

    /// Sends a text again and again, as slowly as can be, until the daemon ends the connection.
    /// - Returns: what the daemon has said; nil when it puts up with it for ten seconds.
    func dribble(_ text: String) -> String? {
        for _ in 0..<50 {
            send(text)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 200) > 0 { return readToEnd() }
        }
        return nil
    }
}
