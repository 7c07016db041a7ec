/// An operation of the API that is answered by lines of JSON (NDJSON) as they come, until there is nothing more to tell.
///
/// Empty lines mean nothing: they keep the connection alive.
public protocol StreamingEndpoint: Sendable {
    associatedtype Request: EndpointRequest

    /// The path as a template, as ``Endpoint/path``; the method is GET, and there is no body.
    static var path: String { get }
}
