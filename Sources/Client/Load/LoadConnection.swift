import API
import Foundation

/// One connection to the daemon that is kept open and asks one question at a time, for ``LoadGenerator``.
struct LoadConnection {
    let descriptor: Int32
    /// What has come of the answer.
    private var received: [UInt8] = []
    /// Status and length in all, as soon as the answer's head is there.
    private var head: (status: Int, length: Int)?
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// - Throws: `unreachable` when nobody listens at the path, `usage` when it is too long.
    init(socket path: String) throws(APIError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw APIError(.usage, "the socket's path is too long: \(path)")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            Foundation.close(descriptor)
            throw APIError(.unreachable, "the daemon takes no connection at \(path)")
        }
    }

    func close() { Foundation.close(descriptor) }

    /// Sends a whole request.
    /// - Throws: `unreachable` when the daemon has closed the connection.
    mutating func send(_ request: [UInt8]) throws(APIError) {
        received.removeAll(keepingCapacity: true)
        head = nil
        var sent = 0
        while sent < request.count {
            let count = unsafe request.withUnsafeBytes { bytes in
                unsafe Foundation.send(
                    descriptor, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.closed }
            sent += count
        }
    }

    /// Reads what has come.
    /// - Returns: the answer's status once it is there whole, nil while more is to come.
    /// - Throws: `unreachable` when the daemon has closed the connection; `internal` when it speaks no HTTP.
    mutating func receive() throws(APIError) -> Int? {
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Self.closed }
        received.append(contentsOf: buffer[..<count])
        if head == nil { head = try Self.head(of: received) }
        guard let head, received.count >= head.length else { return nil }
        return head.status
    }

    private static let closed = APIError(.unreachable, "the daemon closed a connection; its log may say why")

    /// Status and length in all of an answer whose beginning this is, nil as long as its head is not complete.
    static func head(of answer: [UInt8]) throws(APIError) -> (status: Int, length: Int)? {
        guard let end = answer.firstRange(of: [13, 10, 13, 10]) else { return nil }
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        let name = "content-length:"
        let field = lines.first { $0.lowercased().hasPrefix(name) }?.dropFirst(name.count)
        let length = field.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), let length, length >= 0 else {
            throw APIError(.internal, "the daemon's answer is no HTTP with a length")
        }
        return (status, end.upperBound + length)
    }
}
