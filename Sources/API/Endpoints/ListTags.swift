/// `GET /v1/tags`: all tags, sorted.
public enum ListTags: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/tags"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var tags: [Tag]
        public init(tags: [Tag]) { self.tags = tags }
    }

    public struct Tag: Codable, Sendable, Equatable {
        public var name: String
        /// How many characters have it.
        public var characters: Int

        public init(name: String, characters: Int) {
            self.name = name
            self.characters = characters
        }
    }
}
