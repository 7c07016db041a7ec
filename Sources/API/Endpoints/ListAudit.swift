public import Foundation

/// `GET /v1/audit?limit=&since=&before=`: one page of the log of changes, newest first.
public enum ListAudit: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/audit"

    /// The largest page; also the one given when no limit is asked for.
    public static let maximumLimit = 1000

    public struct Request: EndpointRequest, Equatable {
        /// At most so many, 1…1000.
        public var limit: Int?
        /// Only changes of this moment or later.
        public var since: Date?
        /// Only changes before this one: the `next` of the page before.
        public var before: Int64?

        public init(limit: Int? = nil, since: Date? = nil, before: Int64? = nil) {
            self.limit = limit
            self.since = since
            self.before = before
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["limit"] = limit.map(String.init)
            query["since"] = since?.ISO8601Format()
            query["before"] = before.map(String.init)
            return RequestMessage(query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["limit", "since", "before"])
            limit = try message.integer("limit", in: 1...maximumLimit)
            before = try message.integer("before", in: 1...Int.max).map(Int64.init)
            since = try message.time("since")
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        public var changes: [AuditRecord]
        /// What to ask for with `before` to get the next page; null on the last.
        public var next: Int64?

        public init(changes: [AuditRecord], next: Int64?) {
            self.changes = changes
            self.next = next
        }
    }
}
