import Foundation
import Synchronization

/// A server on this machine that takes HTTP requests and answers each with the next of some statuses, the last one for ever.
final class WebhookReceiver: Sendable {
    struct Request: Sendable {
        let line: String
        /// By names in lower case.
        let headers: [String: String]
        let body: Data
    }

    let port: Int
    private let descriptor: Int32
    private let state: Mutex<(requests: [Request], statuses: [Int])>
    private let location: String?

    var requests: [Request] { state.withLock { $0.requests } }
    var url: String { "http://127.0.0.1:\(port)/hook" }

    /// - Parameter location: the header of an answer that sends the caller elsewhere.
    init(_ statuses: [Int] = [204], location: String? = nil) throws {
        state = Mutex(([], statuses))
        self.location = location
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw CocoaError(.fileWriteUnknown) }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                self?.answer(client)
                close(client)
            }
        }
        thread.start()
    }

    deinit {
        // Wakes the thread that accepts.
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private func answer(_ client: Int32) {
        guard let request = Self.read(client) else { return }
        let status = state.withLock { state in
            state.requests.append(request)
            return state.statuses.count > 1 ? state.statuses.removeFirst() : state.statuses[0]
        }
        let moved = location.map { "Location: \($0)\r\n" } ?? ""
        let text = "HTTP/1.1 \(status) X\r\n\(moved)Content-Length: 0\r\nConnection: close\r\n\r\n"
        _ = text.withCString { write(client, $0, strlen($0)) }
    }

    private static func read(_ client: Int32) -> Request? {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 65536)
        func more() -> Bool {
            let count = recv(client, &buffer, buffer.count, 0)
            if count > 0 { bytes += buffer.prefix(count) }
            return count > 0
        }
        let end = Data("\r\n\r\n".utf8)
        while bytes.range(of: end) == nil { guard more() else { return nil } }
        guard let split = bytes.range(of: end) else { return nil }
        let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        while bytes.count - split.upperBound < length { guard more() else { return nil } }
        return Request(line: lines[0], headers: headers, body: Data(bytes[split.upperBound...]))
    }
}
