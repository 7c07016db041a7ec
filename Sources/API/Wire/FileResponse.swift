/// The response of an endpoint that answers with a file instead of JSON.
public protocol FileResponse: Codable, Sendable {
    /// The file with its media type and its headers.
    var message: ResponseMessage { get }

    init(_ message: ResponseMessage)
}

extension Endpoint where Response: FileResponse {
    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage { response.message }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response { Response(message) }
}
