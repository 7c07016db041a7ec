/// `GET /readyz`: the daemon can classify; otherwise 503 with `not_ready`.
public enum CheckReadiness: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/readyz"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// `ready`
        public var status: String
        public init(status: String) { self.status = status }
    }
}
