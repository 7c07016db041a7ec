/// `GET /v1/tags?limit=&after=`: one page of the tags, sorted.
public enum ListTags: ListEndpoint {
    public static let path = "/v1/tags"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var tags: [Tag]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(tags: [Tag], next: String? = nil) { (self.tags, self.next) = (tags, next) }

        public var entries: [Tag] { tags }
    }

    public struct Tag: Codable, Sendable, Equatable {
        /// The tag.
        public var name: String
        /// How many characters have the tag.
        public var characters: Int

        public init(name: String, characters: Int) {
            self.name = name
            self.characters = characters
        }
    }
}

/// `POST /v1/characters/{name}/tags`: adds tags to a character and removes others; all or none.
public enum ChangeTags: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/tags"
    public static let body = BodyKind.json

    /// Tags that the character has already, and those to remove that it has not, change nothing.
    public typealias Request = NamedChangesRequest
    public typealias Response = CharacterSummary
}

/// `POST /v1/characters/{name}/note`: replaces a character's note; an empty note removes it.
public enum NoteCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/note"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The character's name.
        public var name: String
        /// The new note; an empty one removes it.
        public var note: String

        public init(name: String, note: String) {
            self.name = name
            self.note = note
        }

        private struct Body: Codable { var note: String }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(note: note))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            note = try message.json(Body.self).note
        }
    }

    public typealias Response = CharacterSummary
}
