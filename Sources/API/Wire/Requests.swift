/// The request of an endpoint whose path names one thing: `…/{name}`.
public struct NamedRequest: EndpointRequest, Equatable {
    /// The name of what the request is about.
    public var name: String

    public init(name: String) { self.name = name }

    public func message() throws(APIError) -> RequestMessage { RequestMessage(parameters: ["name": name]) }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        name = try message.parameter("name")
    }
}

/// The request of an endpoint whose path holds a number: `…/{id}`.
public struct IdentifiedRequest: EndpointRequest, Equatable {
    /// The number of what the request is about.
    public var id: Int64

    public init(id: Int64) { self.id = id }

    public func message() throws(APIError) -> RequestMessage { RequestMessage(parameters: ["id": String(id)]) }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        id = try message.identifier("id")
    }
}

/// The request of an endpoint that activates a head: `…/{name}/use?dry_run=`.
public struct UseRequest: EndpointRequest, Equatable {
    /// The head's name.
    public var name: String
    /// Whether to report only which answers would change.
    public var dryRun: Bool

    public init(name: String, dryRun: Bool = false) {
        self.name = name
        self.dryRun = dryRun
    }

    public func message() throws(APIError) -> RequestMessage {
        RequestMessage(parameters: ["name": name], query: dryRun ? ["dry_run": "true"] : [:])
    }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery(["dry_run"])
        name = try message.parameter("name")
        dryRun = try message.flag("dry_run")
    }
}

/// The request of an endpoint that adds texts to one thing and removes others: `…/{name}/…` with `{"add": […], "remove": […]}`.
public struct NamedChangesRequest: EndpointRequest, Equatable {
    /// The name of what is changed.
    public var name: String
    /// The texts to add.
    public var add: [String]
    /// The texts to remove.
    public var remove: [String]

    public init(name: String, add: [String] = [], remove: [String] = []) {
        self.name = name
        self.add = add
        self.remove = remove
    }

    private struct Body: Codable {
        var add: [String]?
        var remove: [String]?
    }

    public func message() throws(APIError) -> RequestMessage {
        RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(add: add, remove: remove))))
    }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        name = try message.parameter("name")
        let body = try message.json(Body.self)
        (add, remove) = (body.add ?? [], body.remove ?? [])
    }
}
