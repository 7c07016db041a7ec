/// One operation of the API: its method, its path, its request and its response.
///
/// The daemon answers it, the client sends it, the command line prints its response, and tests call it in process or over a
/// socket. An endpoint stands in the file of its subject, beside its request and response types.
public protocol Endpoint: Sendable {
    /// What the caller sends. It converts itself to path parameters, query and body, and back.
    associatedtype Request: EndpointRequest
    /// What the daemon answers.
    associatedtype Response: Codable & Sendable

    static var method: HTTPMethod { get }

    /// The path as a template: `/v1/characters/{name}`. See ``PathTemplate``.
    static var path: String { get }

    /// The kind of body a request carries, with its limit in bytes. `none` unless declared.
    static var body: BodyKind { get }

    /// The status of a successful answer; 200 unless declared.
    static var successStatus: Int { get }

    /// The kind of a successful answer; JSON unless declared.
    static var responseKind: ResponseKind { get }

    /// Whether the answer may take minutes, so that a client needs a long timeout.
    static var isLong: Bool { get }

    /// Converts a response to its HTTP form; JSON unless declared otherwise.
    static func encode(_ response: Response) throws(APIError) -> ResponseMessage

    /// Converts a response from its HTTP form.
    static func decode(_ message: ResponseMessage) throws(APIError) -> Response
}

extension Endpoint {
    public static var body: BodyKind { .none }
    public static var successStatus: Int { 200 }
    public static var responseKind: ResponseKind { .json }
    public static var isLong: Bool { false }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        ResponseMessage(status: successStatus, contentType: MediaType.json, body: try JSON.encode(response))
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        try JSON.decode(Response.self, from: message.body)
    }
}

/// A request with its HTTP form.
public protocol EndpointRequest: Sendable {
    /// Path parameters, query and body of this request.
    /// - Throws: ``APIError`` when a value cannot be sent.
    func message() throws(APIError) -> RequestMessage

    /// Reads a request that arrived.
    /// - Throws: ``APIError`` with `bad_request` or `bad_parameter`, saying what is wrong.
    init(message: RequestMessage) throws(APIError)
}

/// The request of an endpoint that needs none.
public struct EmptyRequest: EndpointRequest, Equatable {
    public init() {}
    public func message() throws(APIError) -> RequestMessage { RequestMessage() }
    public init(message: RequestMessage) throws(APIError) { try message.allowQuery([]) }
}

/// The response of an endpoint that reports nothing but success: `{}`.
public struct EmptyResponse: Codable, Sendable, Equatable {
    public init() {}
}

/// The HTTP methods of the API.
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// The kind of a successful answer.
public enum ResponseKind: Sendable, Equatable {
    /// A JSON value: an ``Endpoint/Response``.
    case json
    /// Bytes of one of these media types.
    case bytes([String])
    /// Text of a media type.
    case text(String)
}
