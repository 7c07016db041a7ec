/// `GET /v1/heads`: the heads there are.
public enum ListHeads: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/heads"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var heads: [HeadInfo]
        public init(heads: [HeadInfo]) { self.heads = heads }
    }
}
