import Foundation

/// `GET /metrics`: Prometheus text.
public enum FetchMetrics: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/metrics"
    public static let responseKind = ResponseKind.text(MediaType.metrics)

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The text exposition format, version 0.0.4.
        public var text: String
        public init(text: String) { self.text = text }
    }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        ResponseMessage(status: successStatus, contentType: MediaType.metrics, body: Data(response.text.utf8))
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        Response(text: String(decoding: message.body, as: UTF8.self))
    }
}
