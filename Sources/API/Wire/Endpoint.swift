/// One operation of the API: what is asked, what is answered, by which method and path.
///
/// The daemon answers it, the client sends it, the command line renders its response, a test calls it over a socket.
/// One file an endpoint, in `Endpoints/`.
public protocol Endpoint: Sendable {
    /// What the caller says. It knows how to become path parameters, query and body, and back.
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

    /// What a successful answer is; JSON unless declared, as ``encode(_:)`` has it.
    static var responseKind: ResponseKind { get }

    /// Whether the answer may take minutes, so that a client must be patient.
    static var isLong: Bool { get }

    /// Turns a response into what travels. JSON unless declared otherwise.
    static func encode(_ response: Response) throws(APIError) -> ResponseMessage

    /// Turns what travelled back into a response.
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

/// A request that can travel.
public protocol EndpointRequest: Sendable {
    /// Path parameters, query and body of this request.
    /// - Throws: ``APIError`` when the request cannot be expressed, which is a mistake in its values.
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

/// The response of an endpoint that has nothing to say beyond success: `{}`.
public struct EmptyResponse: Codable, Sendable, Equatable {
    public init() {}
}
