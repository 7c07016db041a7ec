public import Foundation

/// `GET /v1/models/{name}/file`: the model's safetensors file.
public enum FetchModel: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/models/{name}/file"
    public static let isLong = true
    public static let responseKind = ResponseKind.bytes([MediaType.octetStream])

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        public var bytes: Data
        public init(bytes: Data) { self.bytes = bytes }
    }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        ResponseMessage(status: successStatus, contentType: MediaType.octetStream, body: response.bytes)
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        Response(bytes: message.body)
    }
}
