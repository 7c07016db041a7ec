/// `POST /v1/heads/{name}/use`: fits that head on what is enrolled, then answers with it, after a restart too.
public enum UseHead: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/heads/{name}/use"
    public static let isLong = true

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        public var head: HeadInfo
        /// The name of the head that answered before.
        public var previous: String
        public var seconds: Double

        public init(head: HeadInfo, previous: String, seconds: Double) {
            self.head = head
            self.previous = previous
            self.seconds = seconds
        }
    }
}
