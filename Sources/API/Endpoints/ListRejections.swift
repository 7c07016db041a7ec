/// `GET /v1/rejections`: the pictures that are not of some character, oldest first.
public enum ListRejections: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/rejections"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var rejections: [RejectionInfo]
        public init(rejections: [RejectionInfo]) { self.rejections = rejections }
    }
}
