/// The page of a list that a request asks for: `?limit=&after=`.
///
/// All lists have this form. An answer holds a page's entries under the list's own name, and `next`: the `after` of the next page, which is
/// absent or null on the last one.
public struct Page: Sendable, Equatable {
    /// The most entries, 1…1000; 1000 when nil.
    public var limit: Int?
    /// Where the page begins: the `next` of the page before; the first page when nil. Nothing but a list says what is in it.
    public var after: String?

    /// The largest page, and the default.
    public static let largest = 1000

    /// The names of its query parameters.
    public static let parameters: Set = ["limit", "after"]

    public init(limit: Int? = nil, after: String? = nil) { (self.limit, self.after) = (limit, after) }

    /// - Throws: `bad_parameter`.
    public init(_ message: RequestMessage) throws(APIError) {
        limit = try message.integer("limit", in: 1...Self.largest)
        after = message.query["after"]
    }

    public func add(to query: inout [String: String]) {
        query["limit"] = limit.map(String.init)
        query["after"] = after
    }
}

/// The request of a list.
public protocol PagedRequest: EndpointRequest {
    var page: Page { get set }
}

/// A page of a list.
public protocol PagedResponse: Codable, Sendable {
    associatedtype Entry: Sendable

    var entries: [Entry] { get }
    /// The `after` of the next page; nil on the last one.
    var next: String? { get }
}

/// A list: an endpoint that answers in pages.
public protocol ListEndpoint: Endpoint where Request: PagedRequest, Response: PagedResponse {}

extension ListEndpoint {
    public static var method: HTTPMethod { .get }
}

/// The request of a list that has no further parameters.
public struct PageRequest: PagedRequest, Equatable {
    public var page: Page

    public init(limit: Int? = nil, after: String? = nil) { page = Page(limit: limit, after: after) }

    public func message() throws(APIError) -> RequestMessage {
        var query: [String: String] = [:]
        page.add(to: &query)
        return RequestMessage(query: query)
    }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery(Page.parameters)
        page = try Page(message)
    }
}

/// The request of a list of what belongs to one thing: `…/{name}/…?limit=&after=`.
public struct NamedPageRequest: PagedRequest, Equatable {
    /// The name of what the entries belong to.
    public var name: String
    public var page: Page

    public init(name: String, limit: Int? = nil, after: String? = nil) {
        self.name = name
        page = Page(limit: limit, after: after)
    }

    public func message() throws(APIError) -> RequestMessage {
        var query: [String: String] = [:]
        page.add(to: &query)
        return RequestMessage(parameters: ["name": name], query: query)
    }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery(Page.parameters)
        name = try message.parameter("name")
        page = try Page(message)
    }
}
