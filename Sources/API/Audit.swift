public import Foundation

/// One change of the registry, as the audit log has it.
public struct AuditEntry: Codable, Sendable, Equatable {
    /// Grows with every change.
    public var id: Int64
    public var at: Date
    /// Who made it: `uid 1000`, `token bot`, `job 3`, or `aniwhod` for what the daemon did by itself.
    public var who: String
    /// What was done: `character.create`, `image.remove`, …
    public var action: String
    /// The name or number of what was changed.
    public var subject: String
    /// The particulars, an object.
    public var detail: JSONValue

    public init(id: Int64, at: Date, who: String, action: String, subject: String, detail: JSONValue) {
        self.id = id
        self.at = at
        self.who = who
        self.action = action
        self.subject = subject
        self.detail = detail
    }

    /// The number of the user who made it; nil if no user did.
    public var uid: Int? {
        let words = who.split(separator: " ")
        return words.count == 2 && words[0] == "uid" ? Int(words[1]) : nil
    }
}

/// `GET /v1/audit?limit=&since=&before=`: one page of the audit log, newest first.
public enum ListAudit: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/audit"

    /// The largest page, and the default.
    public static let maximumLimit = 1000

    public struct Request: EndpointRequest, Equatable {
        /// The most changes to return, 1…1000.
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
        public var changes: [AuditEntry]
        /// The `before` of the next page; null on the last page.
        public var next: Int64?

        public init(changes: [AuditEntry], next: Int64?) {
            self.changes = changes
            self.next = next
        }
    }
}

/// `GET /v1/audit/events?after=`: the changes as they are made, a ``ChangeEvent`` a line, for as long as somebody reads and the daemon runs.
/// They come up to a second late.
public enum WatchChanges: StreamingEndpoint {
    public static let path = "/v1/audit/events"

    public struct Request: EndpointRequest, Equatable {
        /// The last change that the reader knows; when nil, those from now on.
        public var after: Int64?

        public init(after: Int64? = nil) { self.after = after }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(query: after.map { ["after": String($0)] } ?? [:])
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["after"])
            after = try message.integer("after", in: 0...Int.max).map(Int64.init)
        }
    }
}

/// A change of the registry, without who made it, so that readers may see it.
public struct ChangeEvent: Codable, Sendable, Equatable {
    /// `change`
    public var event: String
    /// As ``AuditEntry/id``: `after` for whoever comes back.
    public var id: Int64
    /// As ``AuditEntry/action``.
    public var action: String
    /// As ``AuditEntry/subject``.
    public var subject: String

    public init(_ entry: AuditEntry) {
        event = "change"
        (id, action, subject) = (entry.id, entry.action, entry.subject)
    }
}
