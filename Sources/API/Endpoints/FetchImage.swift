public import Foundation

/// `GET /v1/images/{id}`: the original bytes of an image, with their media type.
public enum FetchImage: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/images/{id}"
    public static let responseKind = ResponseKind.bytes(["image/jpeg", "image/png", "image/webp"])

    public typealias Request = IdentifiedRequest

    public struct Response: Codable, Sendable, Equatable {
        public var mediaType: String
        public var bytes: Data

        public init(mediaType: String, bytes: Data) {
            self.mediaType = mediaType
            self.bytes = bytes
        }
    }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        ResponseMessage(status: successStatus, contentType: response.mediaType, body: response.bytes)
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        Response(mediaType: message.contentType, bytes: message.body)
    }
}
