/// `GET /v1/characters?limit=&after=&tag=`: one page of characters, ordered by name.
public enum ListCharacters: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters"

    /// The largest page; also the one given when no limit is asked for.
    public static let maximumLimit = 1000

    public struct Request: EndpointRequest, Equatable {
        /// At most so many, 1…1000.
        public var limit: Int?
        /// Only names after this one: the `next` of the page before.
        public var after: String?
        /// Only characters with this tag.
        public var tag: String?

        public init(limit: Int? = nil, after: String? = nil, tag: String? = nil) {
            self.limit = limit
            self.after = after
            self.tag = tag
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["limit"] = limit.map(String.init)
            query["after"] = after
            query["tag"] = tag
            return RequestMessage(query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["limit", "after", "tag"])
            limit = try message.integer("limit", in: 1...maximumLimit)
            after = message.query["after"]
            tag = message.query["tag"]
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        public var characters: [CharacterSummary]
        /// What to ask for with `after` to get the next page; null on the last.
        public var next: String?

        public init(characters: [CharacterSummary], next: String?) {
            self.characters = characters
            self.next = next
        }
    }
}
