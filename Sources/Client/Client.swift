public import API
public import Foundation

/// Calls of the API over the daemon's Unix socket, or over TCP.
///
/// A call blocks its thread until the answer is there. Calls from several threads each have their own connection, which is
/// kept for the next call; copies of a client share them.
public struct Client: Sendable {
    public let address: DaemonAddress
    /// How long to wait, in seconds: for the connection, for an ordinary answer, and for one of an endpoint that `isLong`.
    public let timeouts: Timeouts

    private let handles = TransferHandles()

    public struct Timeouts: Sendable {
        public var connect: TimeInterval
        public var answer: TimeInterval
        public var longAnswer: TimeInterval

        public init(connect: TimeInterval = 5, answer: TimeInterval = 300, longAnswer: TimeInterval = 6 * 3600) {
            self.connect = connect
            self.answer = answer
            self.longAnswer = longAnswer
        }
    }

    public init(_ address: DaemonAddress, timeouts: Timeouts = Timeouts()) {
        self.address = address
        self.timeouts = timeouts
    }

    public init(socket: String = Locations.socket(), timeouts: Timeouts = Timeouts()) {
        self.init(.socket(socket), timeouts: timeouts)
    }

    /// Sends a request and waits for its answer.
    /// - Throws: what the daemon answered as an error; `unreachable` with advice when no daemon listens;
    ///   `file_not_found` when a file to send cannot be read.
    public func call<E: Endpoint>(_ endpoint: E.Type, _ request: E.Request) throws(ClientError) -> E.Response {
        do throws(APIError) {
            let message = try request.message()
            let path = try PathTemplate(E.path).expand(message.parameters)
            let transfer = Transfer(
                address: address, method: E.method, target: path + PercentEncoding.encodeQuery(message.query),
                body: Payload(message.body), connectTimeout: timeouts.connect,
                timeout: E.isLong ? timeouts.longAnswer : timeouts.answer, handles: handles)
            let response = try transfer.perform()
            guard response.status < 400 else { throw APIError(response: response) }
            return try E.decode(response)
        } catch {
            throw ClientError(error)
        }
    }
}

extension Client {
    /// Sends a request and hands on the lines of its answer as they come, until it ends, however long that takes.
    /// - Parameter line: gets each line that is not empty, on the calling thread.
    /// - Throws: as ``call(_:_:)``; also `unreachable` when the daemon goes away meanwhile.
    public func stream<E: StreamingEndpoint>(
        _ endpoint: E.Type, _ request: E.Request, line: @escaping (Data) -> Void
    ) throws(ClientError) {
        do throws(APIError) {
            let message = try request.message()
            let path = try PathTemplate(E.path).expand(message.parameters)
            let transfer = Transfer(
                address: address, method: E.method, target: path + PercentEncoding.encodeQuery(message.query),
                body: Payload(message.body), connectTimeout: timeouts.connect, timeout: nil, handles: handles)
            let response = try transfer.perform(line: line)
            guard response.status < 400 else { throw APIError(response: response) }
        } catch {
            throw ClientError(error)
        }
    }

    /// Calls an endpoint whose request is empty.
    public func call<E: Endpoint>(_ endpoint: E.Type) throws(ClientError) -> E.Response
    where E.Request == EmptyRequest {
        try call(endpoint, EmptyRequest())
    }
}
