/// `GET /v1/inbox/{id}`: the original bytes of a picture in the inbox, with their media type.
public enum FetchUnknown: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox/{id}"
    public static let responseKind = FetchImage.responseKind

    public typealias Request = IdentifiedRequest
    public typealias Response = FetchImage.Response

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        try FetchImage.encode(response)
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        try FetchImage.decode(message)
    }
}
