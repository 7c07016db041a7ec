import API
import CMicroHTTPD
import Foundation
import Synchronization

/// HTTP/1.1 on sockets that listen: one thread takes connections, libmicrohttpd reads and writes on another, tasks answer.
final class HTTPServer: Sendable {
    private let router: Router
    private let temporaryDirectory: String
    private let connections: ConnectionTable
    private let daemon = Mutex<Handle?>(nil)
    private let acceptor = Mutex<Acceptor?>(nil)
    /// Requests that a task works on or whose answer is on its way.
    private let inFlight = Atomic<Int>(0)

    /// libmicrohttpd's daemon, which is safe to share: its functions lock.
    @safe private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    init(router: Router, temporaryDirectory: String) {
        self.router = router
        self.temporaryDirectory = temporaryDirectory
        connections = router.services.connections
    }

    /// More than ``ConnectionLimits`` ever lets through: which connections there are is decided before libmicrohttpd gets them.
    private static let maximumConnections: UInt32 = 1 << 20

    /// Serves the sockets. The server must live until ``drain(seconds:)`` has returned.
    /// - Parameter idleSeconds: what libmicrohttpd waits for anything on a connection: for readers of streams, who are given all
    ///   the time they need as long as they read.
    /// - Throws: `internal` when libmicrohttpd cannot start.
    func start(sockets: [Int32], idleSeconds: Int) throws(APIError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        var callbacks = unsafe aniwho_mhd_callbacks(
            target: onTarget, handler: onAccess, completed: onCompleted, connection: onConnection)
        guard
            let pointer = unsafe aniwho_mhd_start(
                UInt32(idleSeconds), Self.maximumConnections, &callbacks, context)
        else { throw APIError(.internal, "the HTTP server cannot start: \(unsafe String(cString: strerror(errno)))") }
        let handle = unsafe Handle(pointer: pointer)
        daemon.withLock { $0 = handle }
        let acceptor = try unsafe Acceptor(sockets: sockets, table: connections, log: router.services.log) {
            unsafe MHD_add_connection(handle.pointer, $0, $1, $2) == .YES
        }
        self.acceptor.withLock { $0 = acceptor }
        acceptor.start()
    }

    /// Takes no more connections, waits for the answers in work, and stops.
    /// - Returns: whether all were answered in time.
    func drain(seconds: Double) async -> Bool {
        guard let handle = daemon.withLock({ $0 }) else { return true }
        acceptor.withLock { $0 }?.stop()
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
            connections.received(chunk.count, on: exchange.descriptor)
            do throws(APIError) { try sink.append(chunk) } catch {
                sink.discard()
                exchange.state = .refused(ResponseMessage(error: error))
            }
            return .YES
        case .refused(let response):
            if !chunk.isEmpty { return .YES }
            exchange.state = .answered
            return unsafe send(response, exchange, on: connection)
        case .answering:
            // It is not kept beside libmicrohttpd's copy.
            guard let answer = exchange.answer.withLock({ $0.take() }) else { return .YES }
            exchange.state = .answered
            switch answer {
            case .message(let response):
                guard connections.beginSending(response.body.count, on: exchange.descriptor) else {
                    return unsafe send(
                        router.refusal(Self.unread, method: method, target: exchange.target), exchange, on: connection)
                }
                return unsafe send(response, exchange, on: connection)
            case .lines(let source): return unsafe send(source, on: connection)
            }
        case .answered:
            return .NO
        }
    }

    private static let unread = APIError(
        .rateLimited, "answers of \(ConnectionLimits.unread >> 20) MiB wait to be read; read them, then ask again")

    /// Bodies up to this size are read to their end before an early refusal, so that the client is sure to see it.
    private static let drainedBytes = 8 << 20

    private func open(_ exchange: Exchange, _ connection: OpaquePointer, method: String) -> MHD_Result {
        let length = unsafe header("Content-Length", of: connection).flatMap { Int($0) } ?? 0
        do throws(APIError) {
            let head = unsafe RequestHead(
                method: method, target: exchange.target, contentType: header("Content-Type", of: connection) ?? "",
                hasBody: length > 0 || header("Transfer-Encoding", of: connection) != nil,
                origin: origin(of: exchange, connection))
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
                return unsafe send(response, exchange, on: connection)
            }
        }
        return .YES
    }

    private func origin(of exchange: Exchange, _ connection: OpaquePointer) -> Origin {
        switch connections.peer(of: exchange.descriptor) {
        case .user(let number): .user(number)
        case .network, nil:
            unsafe .network(
                host: header("Host", of: connection), authorization: header("Authorization", of: connection))
        }
    }

    private func dispatch(
        _ exchange: Exchange, _ matched: Router.Matched, _ sink: BodySink, _ connection: OpaquePointer
    ) -> MHD_Result {
        let body: RequestBody
        do throws(APIError) { body = try sink.body(contentType: matched.contentType) } catch {
            sink.discard()
            exchange.state = .answered
            return unsafe send(
                router.refusal(error, method: matched.method, target: exchange.target), exchange, on: connection)
        }
        exchange.state = .answering
        connections.enter(.answering, exchange.descriptor)
        router.services.metrics.count(.read, .now - exchange.began)
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
        connections.enter(.idle(since: .now, hasAsked: true), exchange.descriptor)
    }

    /// The line of a request with its target has come.
    fileprivate func began(_ target: String, on descriptor: Int32) -> Exchange {
        connections.enter(.receiving(since: .now, bytes: 0), descriptor)
        return Exchange(target: target, descriptor: descriptor)
    }

    fileprivate func closed(_ descriptor: Int32) { connections.closed(descriptor) }

    private func header(_ name: String, of connection: OpaquePointer) -> String? {
        unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { unsafe String(cString: $0) }
    }

    private func send(_ message: ResponseMessage, _ exchange: Exchange, on connection: OpaquePointer) -> MHD_Result {
        connections.enter(.sending(since: .now, bytes: message.body.count), exchange.descriptor)
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
    guard let context = unsafe context, let connection = unsafe connection else { return nil }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let target = unsafe target.map { unsafe String(cString: $0) } ?? ""
    return unsafe Unmanaged.passRetained(server.began(target, on: aniwho_mhd_descriptor(connection))).toOpaque()
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

private func onConnection(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_ConnectionNotificationCode
) {
    guard reason == .CONNECTION_NOTIFY_CLOSED, let context = unsafe context, let connection = unsafe connection else {
        return
    }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.closed(unsafe aniwho_mhd_descriptor(connection))
}
