/// `POST /v1/characters/{name}/images?source=`: adds images, and creates the character if it is missing. All or nothing.
public enum EnrollImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/images"
    public static let body = BodyKind.images
    public static let successStatus = 201

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// Where the images come from, for the record; each image's file name when nil.
        public var source: String?
        /// At least one. An error names the bad one by its `name`.
        public var files: [FilePart]

        public init(name: String, source: String? = nil, files: [FilePart]) {
            self.name = name
            self.source = source
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["source"] = source
            return RequestMessage(parameters: ["name": name], query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["source"])
            name = try message.parameter("name")
            source = message.query["source"]
            files = try message.files()
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        public var character: CharacterSummary
        /// Whether the character is new.
        public var created: Bool
        public var added: [ImageInfo]
        /// Files whose bytes were enrolled under this character already, or came twice in the request.
        public var duplicates: [Duplicate]
        /// Files that were enrolled, though another character holds the same bytes: a picture of two, or a mistake.
        public var conflicts: [Duplicate]

        public init(
            character: CharacterSummary, created: Bool, added: [ImageInfo], duplicates: [Duplicate],
            conflicts: [Duplicate]
        ) {
            self.character = character
            self.created = created
            self.added = added
            self.duplicates = duplicates
            self.conflicts = conflicts
        }
    }

    public struct Duplicate: Codable, Sendable, Equatable {
        /// The file's name as sent; null for a raw body.
        public var file: String?
        /// The image that is already there.
        public var image: ImageInfo

        public init(file: String?, image: ImageInfo) {
            self.file = file
            self.image = image
        }
    }
}
