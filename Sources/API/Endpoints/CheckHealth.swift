/// `GET /healthz`: the process is alive.
public enum CheckHealth: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/healthz"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// `ok`
        public var status: String
        public init(status: String) { self.status = status }
    }
}
