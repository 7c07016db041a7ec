import API
import CMicroHTTPD
import Foundation
import Synchronization

/// Accepts connections while there is room, ends connections whose time is over, and looks for clients that have gone. It has its own thread, so that no request can delay it.
@safe final class Acceptor: Sendable {
    /// Only ever more of them.
    private let sockets: Mutex<[Int32]>
    private let table: ConnectionTable
    private let departures: Departures
    private let log: Log
    /// Passes a connection, with its peer's address, to libmicrohttpd, which owns the descriptor from then on. Returns whether it succeeded.
    private let handOver: @Sendable (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    private let isStopping = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    /// A pair of sockets; a byte written to one end wakes the thread.
    private let alarm: (read: Int32, write: Int32)

    /// The time between two searches for connections whose time is over, and for clients that have gone.
    private static let interval = Duration.milliseconds(250)

    /// - Throws: `internal` when the process has too many open files.
    init(
        sockets: [Int32], table: ConnectionTable, departures: Departures, log: Log,
        handOver: @escaping @Sendable (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) throws(APIError) {
        (self.table, self.departures, self.log) = (table, departures, log)
        self.sockets = Mutex(sockets)
        unsafe self.handOver = unsafe handOver
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw APIError(.internal, "the HTTP server cannot start: \(unsafe String(cString: strerror(errno)))")
        }
        alarm = (ends[0], ends[1])
    }

    deinit {
        close(alarm.read)
        close(alarm.write)
    }

    func start() {
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "aniwho.accept"
        thread.start()
    }

    /// Accepts connections of one more socket.
    func serve(_ socket: Int32) {
        sockets.withLock { $0.append(socket) }
        ring()
    }

    private func ring() { _ = unsafe write(alarm.write, [UInt8(1)], 1) }

    /// Accepts no more connections, and returns when the thread has ended.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        ring()
        ended.wait()
    }

    private func run() {
        var polled: [pollfd] = []
        let milliseconds = Int32(Self.interval / .milliseconds(1))
        var looked = ContinuousClock.now
        while !isStopping.load(ordering: .acquiring) {
            let listening = sockets.withLock { $0 }
            if polled.count != listening.count + 1 {
                polled = (listening + [alarm.read]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            }
            if unsafe poll(&polled, nfds_t(polled.count), milliseconds) > 0 {
                for entry in polled.dropLast() where entry.revents != 0 { takeSome(from: entry.fd) }
                if polled.last?.revents != 0 { silence() }
            }
            let now = ContinuousClock.now
            guard now - looked >= Self.interval else { continue }
            looked = now
            table.expire(at: now, notice: Self.tooSlow)
            departures.look()
        }
    }

    /// Reads what woke the thread, so that it does not wake it again.
    private func silence() {
        var bytes = [UInt8](repeating: 0, count: 16)
        _ = unsafe read(alarm.read, &bytes, bytes.count)
    }

    /// The most connections to accept from one socket before the next socket.
    private static let batch = 64

    private func takeSome(from socket: Int32) {
        for _ in 0..<Self.batch {
            var address = sockaddr_storage()
            let taken = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe take(from: socket, $0) }
            }
            guard taken else { return }
        }
    }

    /// - Returns: whether more connections may be waiting.
    private func take(from socket: Int32, _ address: UnsafeMutablePointer<sockaddr>) -> Bool {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = unsafe aniwho_accept(socket, address, &length)
        guard descriptor >= 0 else { return recovered(from: errno) }
        guard table.admit(descriptor, Self.peer(of: descriptor, family: unsafe address.pointee.sa_family)) else {
            Self.turnAway(descriptor)
            return true
        }
        if unsafe !handOver(descriptor, address, length) { table.closed(descriptor) }
        return true
    }

    /// - Returns: whether to try again at once.
    private func recovered(from error: Int32) -> Bool {
        switch error {
        case EINTR, ECONNABORTED: return true
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            // Connections stay in the socket's queue meanwhile. The pause keeps this thread from a busy loop.
            let hasEnded = table.makeRoom()
            log.writeSeldom(
                .warning, "cannot accept a connection", kind: "accept",
                ["message": unsafe String(cString: strerror(error)), "made_room": String(hasEnded)])
            Thread.sleep(forTimeInterval: 0.1)
            return false
        default: return false
        }
    }

    private static func peer(of descriptor: Int32, family: sa_family_t) -> Peer {
        family == sa_family_t(AF_UNIX) ? .user(aniwho_peer(descriptor)) : .network
    }

    /// Sends the reason and closes. Reads what the peer has sent first, because closing with unread bytes would discard the answer.
    private static func turnAway(_ descriptor: Int32) {
        var sent = [UInt8](repeating: 0, count: 64 << 10)
        _ = unsafe recv(descriptor, &sent, sent.count, 0)
        _ = unsafe send(descriptor, full, full.count, Int32(MSG_NOSIGNAL))
        close(descriptor)
    }

    private static let full = answer(
        APIError(.overloaded, "the daemon has as many connections as its limit allows; try again in a moment"),
        "Service Unavailable", ["Retry-After": "1"])
    private static let tooSlow = answer(
        APIError(.requestTimeout, "the request took too long to arrive; send it faster, or a smaller one"),
        "Request Timeout")

    /// A complete answer, for connections that libmicrohttpd does not have.
    private static func answer(_ error: APIError, _ reason: String, _ headers: [String: String] = [:]) -> [UInt8] {
        let fields = headers.merging([
            "Connection": "close", "Content-Type": MediaType.json, "Content-Length": String(error.json.count),
        ]) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(error.code.status) \(reason)\r\n\(fields)\r\n".utf8) + error.json
    }
}
