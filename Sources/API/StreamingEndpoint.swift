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

extension StreamingEndpoint {
    public static var method: HTTPMethod { .get }
    public static var body: BodyKind { .none }
}
