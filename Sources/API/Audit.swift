public import Foundation

/// One change of the registry, as the audit log has it.
public struct AuditEntry: Codable, Sendable, Equatable {
    /// Grows with every change.
    public var id: Int64
    /// When the change was made.
    public var at: Date
    /// Who made it: `uid 1000`, `token bot`, `job 3`, or `aniwhod` for what the daemon did by itself.
    public var who: String
    /// What was done, such as `character.create` or `image.remove`.
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

/// `GET /v1/audit?limit=&after=&since=`: one page of the audit log, newest first.
public enum ListAudit: ListEndpoint {
    public static let path = "/v1/audit"

    public struct Request: PagedRequest, Equatable {
        public var page: Page
        /// Only changes of this moment or later.
        public var since: Date?

        public init(limit: Int? = nil, after: String? = nil, since: Date? = nil) {
            page = Page(limit: limit, after: after)
            self.since = since
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            page.add(to: &query)
            query["since"] = since?.ISO8601Format()
            return RequestMessage(query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(Page.parameters.union(["since"]))
            page = try Page(message)
            since = try message.time("since")
        }
    }

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var changes: [AuditEntry]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(changes: [AuditEntry], next: String?) { (self.changes, self.next) = (changes, next) }

        public var entries: [AuditEntry] { changes }
    }
}

/// `GET /v1/audit/events?after=`: the changes as they are made, a ``ChangeEvent`` a line, for as long as somebody reads and the daemon runs.
/// They come up to a second late.
public enum WatchChanges: StreamingEndpoint {
    public static let path = "/v1/audit/events"
    public static let lines = [StreamLine(ChangeEvent.event, ChangeEvent.self)]
    public static let isEndless = true

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
    /// Always `change`.
    public var event: String
    /// Grows with every change: `after` for whoever comes back.
    public var id: Int64
    /// As ``AuditEntry/action``.
    public var action: String
    /// As ``AuditEntry/subject``.
    public var subject: String

    public init(_ entry: AuditEntry) {
        event = Self.event
        (id, action, subject) = (entry.id, entry.action, entry.subject)
    }

    public static let event = "change"
}
