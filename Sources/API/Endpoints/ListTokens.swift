/// `GET /v1/tokens`: the tokens there are, by name. Over the socket only.
public enum ListTokens: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/tokens"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var tokens: [TokenInfo]
        public init(tokens: [TokenInfo]) { self.tokens = tokens }
    }
}
