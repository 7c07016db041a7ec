public import API
import Foundation

/// Many clients at once on one thread: as many connections as clients, each of which asks again as soon as it was answered.
///
/// It is to take little of the processor from the daemon that it measures: requests are encoded once, answers are read and not
/// decoded.
public struct LoadGenerator {
    private let socket: String
    private let requests: [[UInt8]]

    /// What was measured.
    public struct Measurement: Sendable {
        /// In seconds, one for each answer, in the order in which they came.
        public var latencies: [Double] = []
        /// Answers with a status of 400 or more, which are among the latencies too.
        public var errors = 0
        public var seconds = 0.0
        /// The time that this thread computed, in seconds.
        public var processorSeconds = 0.0
    }

    /// - Parameter requests: the questions, asked in turns.
    /// - Precondition: there is one at least.
    /// - Throws: `ClientError` when a request cannot be encoded.
    public init<E: Endpoint>(socket: String, _ endpoint: E.Type, _ requests: [E.Request]) throws(ClientError) {
        precondition(!requests.isEmpty, "nothing to ask")
        self.socket = socket
        do throws(APIError) {
            var encoded: [[UInt8]] = []
            for request in requests { encoded.append(try Self.encoded(endpoint, request)) }
            self.requests = encoded
        } catch { throw ClientError(error) }
    }

    /// Asks for some seconds, after some that do not count.
    /// - Throws: `ClientError` with `unreachable` when the daemon takes no more connections, or closes one.
    public func run(clients: Int, seconds: Double, warmUp: Double) throws(ClientError) -> Measurement {
        do throws(APIError) {
            var connections: [LoadConnection] = []
            defer { for connection in connections { connection.close() } }
            for _ in 0..<clients { connections.append(try LoadConnection(socket: socket)) }
            _ = try ask(&connections, seconds: warmUp)
            return try ask(&connections, seconds: seconds)
        } catch { throw ClientError(error) }
    }

    /// Every connection asks until the time is over; the last answers are waited for and count.
    private func ask(_ connections: inout [LoadConnection], seconds: Double) throws(APIError) -> Measurement {
        var result = Measurement()
        var (asked, waiting) = (0, 0)
        var sent = [ContinuousClock.Instant](repeating: .now, count: connections.count)
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        let (start, processorStart) = (ContinuousClock.now, Self.processorSeconds())
        let end = start + .seconds(seconds)
        func ask(_ index: Int) throws(APIError) {
            sent[index] = .now
            try connections[index].send(requests[asked % requests.count])
            (asked, waiting) = (asked + 1, waiting + 1)
        }
        for index in connections.indices { try ask(index) }
        while waiting > 0 {
            guard unsafe poll(&polled, nfds_t(polled.count), Self.timeout) > 0 else {
                throw APIError(.unreachable, "the daemon did not answer in time; its log may say why")
            }
            for index in polled.indices where polled[index].revents != 0 {
                guard let status = try connections[index].receive() else { continue }
                let now = ContinuousClock.now
                result.latencies.append((now - sent[index]) / .seconds(1))
                if status >= 400 { result.errors += 1 }
                waiting -= 1
                if now < end { try ask(index) }
            }
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        result.processorSeconds = Self.processorSeconds() - processorStart
        return result
    }

    /// Milliseconds without any answer after which the daemon counts as gone.
    private static let timeout: Int32 = 60_000

    private static func processorSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// A request as it travels.
    private static func encoded<E: Endpoint>(_ endpoint: E.Type, _ request: E.Request) throws(APIError) -> [UInt8] {
        let message = try request.message()
        let target = try PathTemplate(E.path).expand(message.parameters) + PercentEncoding.encodeQuery(message.query)
        var head = "\(E.method.rawValue) \(target) HTTP/1.1\r\nHost: aniwho\r\n"
        var body = Data()
        switch Payload(message.body) {
        case .none: break
        case .bytes(let bytes, let contentType):
            head += "Content-Type: \(contentType)\r\n"
            body = bytes
        case .file(let path): throw APIError(.usage, "a file is not sent again and again: \(path)")
        }
        return Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}
