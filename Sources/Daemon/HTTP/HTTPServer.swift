import API
import CMicroHTTPD
import Foundation
import Synchronization

/// HTTP/1.1 on a listening Unix socket: libmicrohttpd reads and writes on one thread, tasks answer.
final class HTTPServer: Sendable {
    private let router: Router
    private let temporaryDirectory: String
    private let daemon = Mutex<Handle?>(nil)
    /// Requests that a task works on or whose answer is on its way.
    private let inFlight = Atomic<Int>(0)

    /// libmicrohttpd's daemon, which is safe to share: its functions lock.
    @safe private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    static let idleSeconds: UInt32 = 30
    static let maximumConnections: UInt32 = 512

    init(router: Router, temporaryDirectory: String) {
        self.router = router
        self.temporaryDirectory = temporaryDirectory
    }

    /// Serves the socket. The server must live until ``drain(seconds:)`` has returned.
    /// - Throws: `internal` when libmicrohttpd cannot start.
    func start(socket: Int32) throws(APIError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard
            let pointer = unsafe aniwho_mhd_start(
                socket, Self.idleSeconds, Self.maximumConnections, onTarget, onAccess, onCompleted, context)
        else { throw APIError(.internal, "the HTTP server cannot start: \(unsafe String(cString: strerror(errno)))") }
        daemon.withLock { unsafe $0 = Handle(pointer: pointer) }
    }

    /// Takes no more connections, waits for the answers in work, and stops.
    /// - Returns: whether all were answered in time.
    func drain(seconds: Double) async -> Bool {
        guard let handle = daemon.withLock({ $0 }) else { return true }
        _ = unsafe MHD_quiesce_daemon(handle.pointer)
        let end = ContinuousClock.now + .seconds(seconds)
        while inFlight.load(ordering: .acquiring) > 0 {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: .milliseconds(10))
        }
        unsafe MHD_stop_daemon(handle.pointer)
        daemon.withLock { $0 = nil }
        return true
    }

    // MARK: libmicrohttpd's thread

    fileprivate func access(
        _ exchange: Exchange, _ connection: OpaquePointer, method: String, chunk: Data
    ) -> MHD_Result {
        switch exchange.state {
        case .opened:
            return unsafe open(exchange, connection, method: method)
        case .receiving(let matched, let sink):
            if chunk.isEmpty { return unsafe dispatch(exchange, matched, sink, connection) }
            do throws(APIError) { try sink.append(chunk) } catch {
                sink.discard()
                exchange.state = .refused(ResponseMessage(error: error))
            }
            return .YES
        case .refused(let response):
            if !chunk.isEmpty { return .YES }
            exchange.state = .answered
            return unsafe send(response, on: connection)
        case .answering:
            guard let answer = exchange.answer.withLock({ $0 }) else { return .YES }
            exchange.state = .answered
            switch answer {
            case .message(let response): return unsafe send(response, on: connection)
            case .lines(let source): return unsafe send(source, on: connection)
            }
        case .answered:
            return .NO
        }
    }

    /// Bodies up to this size are read to their end before an early refusal, so that the client is sure to see it.
    private static let drainedBytes = 8 << 20

    private func open(_ exchange: Exchange, _ connection: OpaquePointer, method: String) -> MHD_Result {
        let length = unsafe header("Content-Length", of: connection).flatMap { Int($0) } ?? 0
        do throws(APIError) {
            let head = unsafe RequestHead(
                method: method, target: exchange.target, contentType: header("Content-Type", of: connection) ?? "",
                hasBody: length > 0 || header("Transfer-Encoding", of: connection) != nil,
                peer: aniwho_mhd_peer(connection))
            let matched = try router.match(head)
            guard length <= matched.bodyLimit else { throw BodySink.tooLarge(matched.body, limit: matched.bodyLimit) }
            exchange.state = .receiving(
                matched,
                try BodySink(kind: matched.body, limit: matched.bodyLimit, temporaryDirectory: temporaryDirectory))
        } catch {
            let response = router.refusal(error, method: method, target: exchange.target)
            exchange.state = .refused(response)
            if length > Self.drainedBytes {
                exchange.state = .answered
                return unsafe send(response, on: connection)
            }
        }
        return .YES
    }

    private func dispatch(
        _ exchange: Exchange, _ matched: Router.Matched, _ sink: BodySink, _ connection: OpaquePointer
    ) -> MHD_Result {
        let body: RequestBody
        do throws(APIError) { body = try sink.body(contentType: matched.contentType) } catch {
            sink.discard()
            exchange.state = .answered
            return unsafe send(router.refusal(error, method: matched.method, target: exchange.target), on: connection)
        }
        exchange.state = .answering
        exchange.wasDispatched = true
        inFlight.add(1, ordering: .acquiringAndReleasing)
        unsafe MHD_suspend_connection(connection)
        let sleeping = unsafe Sleeping(connection: connection, exchange: exchange, sink: sink)
        Task { [router] in
            let answer = await router.answer(matched, body: body)
            sleeping.wake(with: answer)
        }
        return .YES
    }

    /// A suspended connection: nobody touches it, its exchange or its sink until it is woken, so a task may own them.
    @safe private struct Sleeping: @unchecked Sendable {
        let connection: OpaquePointer
        let exchange: Exchange
        let sink: BodySink

        func wake(with answer: Answer) {
            sink.discard()
            exchange.answer.withLock { $0 = answer }
            unsafe MHD_resume_connection(connection)
        }
    }

    fileprivate func completed(_ exchange: Exchange) {
        if case .receiving(_, let sink) = exchange.state { sink.discard() }
        if exchange.wasDispatched { inFlight.subtract(1, ordering: .acquiringAndReleasing) }
    }

    private func header(_ name: String, of connection: OpaquePointer) -> String? {
        unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { unsafe String(cString: $0) }
    }

    private func send(_ message: ResponseMessage, on connection: OpaquePointer) -> MHD_Result {
        let response = unsafe message.body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response = unsafe response else { return .NO }
        defer { unsafe MHD_destroy_response(response) }
        unsafe MHD_add_response_header(response, "Content-Type", message.contentType)
        for (name, value) in message.headers { unsafe MHD_add_response_header(response, name, value) }
        return unsafe MHD_queue_response(connection, UInt32(message.status), response)
    }

    private func send(_ lines: any LineSource, on connection: OpaquePointer) -> MHD_Result {
        guard let response = unsafe StreamedAnswer.response(lines, on: connection) else { return .NO }
        defer { unsafe MHD_destroy_response(response) }
        unsafe MHD_add_response_header(response, "Content-Type", MediaType.lines)
        return unsafe MHD_queue_response(connection, 200, response)
    }
}

// MARK: libmicrohttpd's callbacks. `context` is the server, `slot` the request's retained exchange.

private func onTarget(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    let target = unsafe target.map { unsafe String(cString: $0) } ?? ""
    return unsafe Unmanaged.passRetained(Exchange(target: target)).toOpaque()
}

private func onAccess(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadCount: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let connection = unsafe connection, let method = unsafe method,
        let uploadCount = unsafe uploadCount, let raw = unsafe slot?.pointee
    else { return .NO }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(raw).takeUnretainedValue()
    var chunk = Data()
    if let upload = unsafe upload, unsafe uploadCount.pointee > 0 {
        unsafe chunk = Data(bytes: upload, count: uploadCount.pointee)
    }
    defer { unsafe uploadCount.pointee = 0 }
    return unsafe server.access(exchange, connection, method: String(cString: method), chunk: chunk)
}

private func onCompleted(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let context = unsafe context, let raw = unsafe slot?.pointee else { return }
    unsafe slot?.pointee = nil
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.completed(unsafe Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue())
}
