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

    /// Gets each call when it has ended; nil where nobody asked.
    private let trace: (@Sendable (Call) -> Void)?
    private let handles = TransferHandles()
    /// Copies of a client share it, so that each sees what the others have changed.
    private let latest = LatestRevision()

    /// A call that has ended.
    public struct Call: Sendable {
        public let method: HTTPMethod
        /// Path and query, percent-encoded.
        public let target: String
        /// The HTTP status; nil when no answer came.
        public let status: Int?
        public let seconds: Double
    }

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

    /// - Parameter trace: gets each call when it has ended, on the calling thread.
    public init(
        _ address: DaemonAddress, timeouts: Timeouts = Timeouts(), trace: (@Sendable (Call) -> Void)? = nil
    ) {
        self.address = address
        self.timeouts = timeouts
        self.trace = trace
    }

    public init(socket: String = Locations.socket(), timeouts: Timeouts = Timeouts()) {
        self.init(.socket(socket), timeouts: timeouts)
    }

    /// Sends a request and waits for its answer.
    /// - Throws: what the daemon answered as an error; `unreachable` with advice when no daemon listens;
    ///   `file_not_found` when a file to send cannot be read.
    public func call<E: Endpoint>(_ endpoint: E.Type, _ request: E.Request) throws(ClientError) -> E.Response {
        do throws(APIError) {
            return try E.decode(
                try perform(
                    E.method, E.path, try request.message(),
                    timeout: E.isLong ? timeouts.longAnswer : timeouts.answer))
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
            _ = try perform(E.method, E.path, try request.message(), timeout: nil, line: line)
        } catch {
            throw ClientError(error)
        }
    }

    /// - Parameters:
    ///   - timeout: in seconds; nil for as long as it takes.
    ///   - line: gets the lines of a good answer as they come, in place of the answer's body.
    private func perform(
        _ method: HTTPMethod, _ template: String, _ message: RequestMessage, timeout: TimeInterval?,
        line: ((Data) -> Void)? = nil
    ) throws(APIError) -> ResponseMessage {
        let path = try PathTemplate(template).expand(message.parameters)
        let transfer = Transfer(
            address: address, method: method, target: path + PercentEncoding.encodeQuery(message.query),
            body: Payload(message.body), leastRevision: latest.value, connectTimeout: timeouts.connect,
            timeout: timeout, handles: handles)
        let start = ContinuousClock.now
        var status: Int?
        defer {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            trace?(Call(method: method, target: transfer.target, status: status, seconds: seconds))
        }
        let response = try transfer.perform(line: line)
        status = response.status
        latest.note(response.headers[RevisionHeader.answered])
        guard response.status < 400 else { throw APIError(response: response) }
        return response
    }

    /// Calls an endpoint whose request is empty.
    public func call<E: Endpoint>(_ endpoint: E.Type) throws(ClientError) -> E.Response
    where E.Request == EmptyRequest {
        try call(endpoint, EmptyRequest())
    }

    /// The entries of a list, page by page.
    /// - Parameters:
    ///   - request: its page is set by this function.
    ///   - most: the most entries to fetch.
    public func entries<E: ListEndpoint>(
        _ list: E.Type, _ request: E.Request, most: Int = .max
    ) throws(ClientError) -> [E.Response.Entry] {
        try pages(list, request, most: most).flatMap(\.entries)
    }

    /// The pages of a list, at least one: for a list whose answers hold more than entries.
    /// - Parameters:
    ///   - request: its page is set by this function.
    ///   - most: the most entries to fetch.
    public func pages<E: ListEndpoint>(
        _ list: E.Type, _ request: E.Request, most: Int = .max
    ) throws(ClientError) -> [E.Response] {
        var (request, pages, count): (E.Request, [E.Response], Int) = (request, [], 0)
        repeat {
            request.page.limit = min(most - count, Page.largest)
            let page = try call(list, request)
            pages.append(page)
            count += page.entries.count
            request.page.after = page.next
        } while request.page.after != nil && count < most
        return pages
    }

    /// The entries of a list without further parameters, page by page.
    public func entries<E: ListEndpoint>(_ list: E.Type) throws(ClientError) -> [E.Response.Entry]
    where E.Request == PageRequest {
        try entries(list, PageRequest())
    }
}
