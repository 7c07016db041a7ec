import API
import CMicroHTTPD

/// The parts of a request's head that the API uses.
struct RequestHead {
    let method: String
    /// Path and query, percent-encoded.
    let target: String
    let contentType: String
    let hasBody: Bool
    let origin: Origin
    /// The header `Content-Encoding`, empty when there is none.
    var contentEncoding = ""
    /// The header `If-None-Match`: names the answer that the client has already.
    var knownTag: String?
    /// The header `Idempotency-Key`.
    var key: String?
    /// The header `AniWho-Least-Revision`.
    var leastRevision: String?
    /// The headers `Range` and `If-Range`.
    var range: String?
    var rangeTag: String?
    /// The headers `Accept` and `Last-Event-ID`.
    var accepted: String?
    var lastEvent: String?
}

extension RequestHead {
    /// Reads a head that has arrived.
    /// - Parameters:
    ///   - length: of the body, in bytes; 0 if it is not stated.
    ///   - peer: who is at the other end of the connection; nil if it has closed.
    init(
        of connection: OpaquePointer, method: String, target: String, length: Int, from peer: Peer?
    ) {
        func value(_ name: String) -> String? { unsafe Self.value(name, of: connection) }
        self.init(
            method: method, target: target, contentType: value("Content-Type") ?? "",
            hasBody: length > 0 || value("Transfer-Encoding") != nil, origin: Self.origin(peer, value),
            contentEncoding: value("Content-Encoding") ?? "", knownTag: value("If-None-Match"),
            key: value("Idempotency-Key"), leastRevision: value(RevisionHeader.least), range: value("Range"),
            rangeTag: value("If-Range"),
            accepted: value("Accept"), lastEvent: value("Last-Event-ID"))
    }

    private static func origin(_ peer: Peer?, _ value: (String) -> String?) -> Origin {
        switch peer {
        case .user(let number): .user(number)
        case .network, .bearer, nil:
            .network(
                host: value("Host"), authorization: value("Authorization"),
                browser: BrowserHeaders(
                    cookie: value("Cookie"), origin: value("Origin"), token: value(BrowserHeaders.tokenName),
                    site: value("Sec-Fetch-Site")))
        }
    }

    /// A header of a request that has arrived.
    static func value(_ name: String, of connection: OpaquePointer) -> String? {
        unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { unsafe String(cString: $0) }
    }
}
