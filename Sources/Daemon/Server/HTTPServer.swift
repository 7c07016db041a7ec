import API
import CMicroHTTPD
import Foundation
import Synchronization

/// An HTTP/1.1 server on listening sockets. One thread accepts connections, libmicrohttpd reads and writes on another, and tasks answer on ``WorkThreads``.
final class HTTPServer: Sendable {
    private let router: Router
    private let temporaryDirectory: String
    private let connections: ConnectionTable
    private let departures = Departures()
    /// Nil before the start and after the end. Its lock is held while a suspended connection is resumed.
    private let daemon = Mutex<Handle?>(nil)
    private let acceptor = Mutex<Acceptor?>(nil)
    /// The number of requests that a task works on, whose answer is being sent, or whose body is being written to the disk.
    private let inFlight = Atomic<Int>(0)

    /// libmicrohttpd's daemon. It is safe to share, because its functions lock.
    @safe private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    init(router: Router, temporaryDirectory: String) {
        self.router = router
        self.temporaryDirectory = temporaryDirectory
        connections = router.services.connections
    }

    /// More than ``ConnectionLimits`` ever admits: the connection table decides about a connection before libmicrohttpd gets it.
    private static let maximumConnections: UInt32 = 1 << 20

    /// Serves the sockets until ``drain(seconds:)``. libmicrohttpd's thread holds the server until that thread has ended.
    /// - Parameter idleSeconds: libmicrohttpd's own timeout of a connection without traffic. It matters only for readers of streams, which
    ///   have no other time limit while they read.
    /// - Throws: `internal` when libmicrohttpd cannot start.
    func start(sockets: [Int32], idleSeconds: Int) throws(APIError) {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        var callbacks = unsafe aniwho_mhd_callbacks(
            target: onTarget, handler: onAccess, completed: onCompleted, connection: onConnection)
        guard
            let pointer = unsafe aniwho_mhd_start(
                UInt32(idleSeconds), Self.maximumConnections, &callbacks, context)
        else {
            let reason = unsafe String(cString: strerror(errno))
            unsafe Unmanaged.passUnretained(self).release()
            throw APIError(.internal, "the HTTP server cannot start: \(reason)")
        }
        let handle = unsafe Handle(pointer: pointer)
        let acceptor: Acceptor
        do throws(APIError) {
            acceptor = try unsafe Acceptor(
                sockets: sockets, table: connections, departures: departures, log: router.services.log
            ) {
                unsafe MHD_add_connection(handle.pointer, $0, $1, $2) == .YES
            }
        } catch {
            stop(handle)
            throw error
        }
        daemon.withLock { $0 = handle }
        self.acceptor.withLock { $0 = acceptor }
        acceptor.start()
    }

    /// Serves one more listening socket. It does nothing before the start and after the end.
    func serve(_ socket: Int32) { acceptor.withLock { $0 }?.serve(socket) }

    /// Accepts no more connections, waits until all requests are answered, and stops.
    ///
    /// If requests remain, their connections are ended, and no answer reaches libmicrohttpd any more. It cannot be stopped then, because it
    /// does not stop with suspended connections. So its thread, and with it this server, stays until the process ends.
    /// - Returns: whether all were answered in time.
    func drain(seconds: Double) async -> Bool {
        guard daemon.withLock({ $0 }) != nil else { return true }
        acceptor.withLock { $0 }?.stop()
        let end = ContinuousClock.now + .seconds(seconds)
        while inFlight.load(ordering: .acquiring) > 0 {
            guard ContinuousClock.now < end else {
                daemon.withLock { $0 = nil }
                connections.endAll()
                return false
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        if let handle = daemon.withLock({ $0.take() }) { stop(handle) }
        return true
    }

    /// Ends libmicrohttpd's thread, and gives up the reference that it held.
    private func stop(_ handle: Handle) {
        unsafe MHD_stop_daemon(handle.pointer)
        unsafe Unmanaged.passUnretained(self).release()
    }

    // MARK: Called on libmicrohttpd's thread

    func access(
        _ exchange: Exchange, _ connection: OpaquePointer, method: String, chunk: Data
    ) -> MHD_Result {
        switch exchange.state {
        case .opened:
            return unsafe open(exchange, connection, method: method)
        case .receiving(let matched, let sink):
            if chunk.isEmpty { return unsafe dispatch(exchange, matched, sink, connection) }
            connections.received(chunk.count, on: exchange.descriptor)
            do throws(APIError) {
                try sink.append(chunk)
                if sink.isFull { unsafe store(sink, exchange, connection) }
            } catch {
                sink.discard()
                exchange.state = .refused(ResponseMessage(error: error))
            }
            return .YES
        case .refused(let response):
            if !chunk.isEmpty { return .YES }
            exchange.state = .answered
            return unsafe send(response, exchange, method: method, on: connection)
        case .answering:
            // Taken out of the exchange, so that its memory is free when libmicrohttpd has its copy.
            guard let answer = exchange.answer.withLock({ $0.take() }) else { return .YES }
            exchange.state = .answered
            switch answer {
            case .message(let response): return unsafe send(response, exchange, method: method, on: connection)
            case .lines(let source): return unsafe send(source, as: MediaType.lines, on: connection)
            case .events(let source): return unsafe send(source, as: MediaType.events, on: connection)
            }
        case .answered:
            return .NO
        }
    }

    private static let unread = APIError(
        .rateLimited, "answers of \(ConnectionLimits.unread >> 20) MiB wait to be read; read them, then ask again")

    /// A body of up to this size is read to its end before an early refusal, so that the client is sure to see the refusal.
    private static let drainedBytes = 8 << 20

    private func open(_ exchange: Exchange, _ connection: OpaquePointer, method: String) -> MHD_Result {
        let length = unsafe RequestHead.value("Content-Length", of: connection).flatMap { Int($0) } ?? 0
        let framing = unsafe BodyFraming(of: connection).fault
        do throws(APIError) {
            let head = unsafe RequestHead(
                of: connection, method: method, target: exchange.target, length: length,
                from: connections.peer(of: exchange.descriptor))
            let caller = try router.services.authentication.caller(of: head.origin, method: method)
            if let name = caller.connectionOwner, !connections.identify(exchange.descriptor, asBearerOf: name) {
                throw APIError(.overloaded, "\(caller.phrase) has as many connections as it may; try again in a moment")
            }
            if let framing { throw framing }
            let matched = try router.match(head, from: caller)
            guard length <= matched.bodyLimit else { throw BodySink.tooLarge(matched.body, limit: matched.bodyLimit) }
            let share = router.services.budget(for: matched.body).share(of: caller)
            try share.check(length)
            exchange.state = .receiving(
                matched,
                try BodySink(
                    kind: matched.body, limit: matched.bodyLimit, temporaryDirectory: temporaryDirectory, share: share))
        } catch {
            let response = router.refusal(error, method: method, target: exchange.target)
            exchange.state = .refused(response)
            if framing != nil || length > Self.drainedBytes {
                exchange.state = .answered
                return unsafe send(response, exchange, method: method, on: connection)
            }
        }
        return .YES
    }

    /// Writes what a sink has collected on another thread. The connection sleeps meanwhile, which slows its sender to the disk's speed.
    private func store(_ sink: BodySink, _ exchange: Exchange, _ connection: OpaquePointer) {
        inFlight.add(1, ordering: .acquiringAndReleasing)
        unsafe MHD_suspend_connection(connection)
        let sleeping = unsafe Sleeping(connection: connection, exchange: exchange, sink: sink)
        BodySink.disk.async { [self] in
            sleeping.sink.write()
            daemon.withLock { handle in
                if handle != nil { unsafe MHD_resume_connection(sleeping.connection) }
            }
            inFlight.subtract(1, ordering: .acquiringAndReleasing)
        }
    }

    private func dispatch(
        _ exchange: Exchange, _ matched: Router.Matched, _ sink: BodySink, _ connection: OpaquePointer
    ) -> MHD_Result {
        exchange.state = .answering
        connections.enter(.answering, exchange.descriptor)
        router.services.metrics.count(.read, .now - exchange.began)
        exchange.wasDispatched = true
        inFlight.add(1, ordering: .acquiringAndReleasing)
        unsafe MHD_suspend_connection(connection)
        let sleeping = unsafe Sleeping(connection: connection, exchange: exchange, sink: sink)
        let threads = matched.route.threads(forBodyOf: sink.count)
        let work = { @Sendable [self] in
            let answer: Answer
            // Not on libmicrohttpd's thread, where a large form would delay all other requests.
            do throws(APIError) {
                let body = try sleeping.body(contentType: matched.head.contentType)
                answer = await withTaskExecutorPreference(matched.route.threads(for: body, after: threads)) {
                    await router.answer(matched, body: body)
                }
            } catch {
                answer = .message(
                    router.refusal(error, method: matched.method, target: sleeping.exchange.target))
            }
            // Before the connection is resumed: libmicrohttpd may close its descriptor from then on.
            departures.forget(sleeping.exchange.descriptor)
            wake(sleeping, with: answer)
        }
        // A change that has begun is made, whether or not its client waits for the answer.
        if matched.route.effect == .computes {
            departures.watch(exchange.descriptor) { Task(executorPreference: threads) { await work() } }
        } else {
            Task(executorPreference: threads) { await work() }
        }
        return .YES
    }

    /// Resumes a suspended connection, which then sends its answer. After the end of the server nothing is sent.
    private func wake(_ sleeping: Sleeping, with answer: Answer) {
        sleeping.sink.discard()
        daemon.withLock { handle in
            guard handle != nil else { return }
            sleeping.exchange.answer.withLock { $0 = answer }
            unsafe MHD_resume_connection(sleeping.connection)
        }
    }

    /// A suspended connection. Nothing touches it, its exchange or its sink until it is resumed, so another thread may own them.
    @safe private struct Sleeping: @unchecked Sendable {
        let connection: OpaquePointer
        let exchange: Exchange
        let sink: BodySink

        func body(contentType: String) throws(APIError) -> RequestBody { try sink.body(contentType: contentType) }
    }

    func completed(_ exchange: Exchange) {
        if case .receiving(_, let sink) = exchange.state { sink.discard() }
        if exchange.wasDispatched { inFlight.subtract(1, ordering: .acquiringAndReleasing) }
        connections.enter(.idle(since: .now, hasAsked: true), exchange.descriptor)
    }

    /// The first line of a request, with its target, has arrived.
    func began(_ target: String, on descriptor: Int32) -> Exchange {
        connections.enter(.receiving(since: .now, bytes: 0), descriptor)
        return Exchange(target: target, descriptor: descriptor)
    }

    func closed(_ descriptor: Int32) { connections.closed(descriptor) }

    /// Sends a message, or the refusal to send it when its reader leaves too many answers unread.
    private func send(
        _ message: ResponseMessage, _ exchange: Exchange, method: String, on connection: OpaquePointer
    ) -> MHD_Result {
        guard connections.beginSending(message.body.count, on: exchange.descriptor) else {
            // Short, so that it is never refused itself.
            let refusal = router.refusal(Self.unread, method: method, target: exchange.target)
            return unsafe send(refusal, exchange, method: method, on: connection)
        }
        let response = unsafe message.body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response = unsafe response else { return .NO }
        defer { unsafe MHD_destroy_response(response) }
        unsafe MHD_add_response_header(response, "Content-Type", message.contentType)
        for (name, value) in message.headers.merging(Self.always, uniquingKeysWith: { own, _ in own }) {
            unsafe MHD_add_response_header(response, name, value)
        }
        return unsafe MHD_queue_response(connection, UInt32(message.status), response)
    }

    /// Headers of every answer that has no other value for them: browsers take no answer for something else, show none to other pages, and
    /// keep none.
    private static let always = [
        "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
    ]

    private func send(_ lines: any LineSource, as type: String, on connection: OpaquePointer) -> MHD_Result {
        guard let response = unsafe StreamedAnswer.response(lines, on: connection) else { return .NO }
        defer { unsafe MHD_destroy_response(response) }
        unsafe MHD_add_response_header(response, "Content-Type", type)
        for (name, value) in Self.always { unsafe MHD_add_response_header(response, name, value) }
        return unsafe MHD_queue_response(connection, 200, response)
    }
}
