/// An operation of the API that is answered by lines of JSON (NDJSON) as they come, until there is nothing more to tell.
///
/// Empty lines mean nothing: they keep the connection alive.
public protocol StreamingEndpoint: Sendable {
    associatedtype Request: EndpointRequest

    /// GET unless declared.
    static var method: HTTPMethod { get }

    /// The path as a template, as ``Endpoint/path``.
    static var path: String { get }

    /// The kind of body a request carries. `none` unless declared.
    static var body: BodyKind { get }
}

/// A streaming endpoint whose lines are the ``WorkEvent``s of one piece of work. What can be refused at once is an error as ever.
public protocol WorkEndpoint: StreamingEndpoint {
    /// What has come of it.
    associatedtype End: Codable & Sendable & Equatable
}

extension StreamingEndpoint {
    public static var method: HTTPMethod { .get }
    public static var body: BodyKind { .none }
}
