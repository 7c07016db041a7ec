public import Foundation

/// A character as it appears in lists.
public struct CharacterSummary: Codable, Sendable, Equatable {
    /// Never used again, not even after removal.
    public var id: Int64
    /// Unicode NFC, unique; upper and lower case differ.
    public var name: String
    /// Other names that find it, in the order of their UTF-8 bytes; unique among all names and aliases.
    public var aliases: [String]
    /// The series it is from; may be empty.
    public var series: String
    /// How many images are enrolled, with the vectors of cast packs.
    public var images: Int
    /// Of those, the vectors that cast packs brought, without pictures.
    public var packImages: Int
    /// Of those again, the vectors that another model made than the active one: they count for nothing until that model is used again.
    public var restingImages: Int
    /// In the order of their UTF-8 bytes.
    public var tags: [String]
    /// What the owner wrote; may be empty.
    public var note: String
    /// When it was created.
    public var createdAt: Date
    /// When its name, aliases, series, images, tags or note last changed.
    public var updatedAt: Date

    public init(
        id: Int64, name: String, aliases: [String] = [], series: String = "", images: Int, packImages: Int = 0,
        restingImages: Int = 0, tags: [String] = [], note: String = "", createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.aliases = aliases
        self.series = series
        self.images = images
        self.packImages = packImages
        self.restingImages = restingImages
        self.tags = tags
        self.note = note
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension CharacterSummary {
    /// How many pictures are enrolled, without the vectors of cast packs.
    public var pictures: Int { images - packImages }
}

/// A character with its images and its prototype.
public struct CharacterDetail: Codable, Sendable, Equatable {
    /// The character.
    public var character: CharacterSummary
    /// The prototype under the active model; null while no image is enrolled.
    public var prototype: PrototypeSummary?
    /// Its images, oldest first.
    public var images: [EnrolledImage]

    public init(character: CharacterSummary, prototype: PrototypeSummary?, images: [EnrolledImage]) {
        self.character = character
        self.prototype = prototype
        self.images = images
    }
}

/// The prototype of a character: the mean of its images' embeddings, and the means of its appearances.
public struct PrototypeSummary: Codable, Sendable, Equatable {
    /// The number of images.
    public var count: Int
    /// Root mean squared distance of the embeddings to the prototype.
    public var spread: Double
    /// How many images each appearance has, the largest first: the groups that the images fall into. One number if they look alike.
    public var appearances: [Int]

    public init(count: Int, spread: Double, appearances: [Int]) {
        self.count = count
        self.spread = spread
        self.appearances = appearances
    }
}

/// `GET /v1/characters?limit=&after=&tag=&series=`: one page of characters, ordered by name.
public enum ListCharacters: ListEndpoint {
    public static let path = "/v1/characters"

    public struct Request: PagedRequest, Equatable {
        public var page: Page
        /// Only characters with this tag.
        public var tag: String?
        /// Only characters of this series.
        public var series: String?

        public init(limit: Int? = nil, after: String? = nil, tag: String? = nil, series: String? = nil) {
            page = Page(limit: limit, after: after)
            self.tag = tag
            self.series = series
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            page.add(to: &query)
            query["tag"] = tag
            query["series"] = series
            return RequestMessage(query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(Page.parameters.union(["tag", "series"]))
            page = try Page(message)
            tag = message.query["tag"]
            series = message.query["series"]
        }
    }

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var characters: [CharacterSummary]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(characters: [CharacterSummary], next: String?) {
            (self.characters, self.next) = (characters, next)
        }

        public var entries: [CharacterSummary] { characters }
    }
}

/// `POST /v1/characters`: creates a character without images.
public enum CreateCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: JSONRequest {
        /// The character's name.
        public var name: String

        public init(name: String) { self.name = name }
    }

    public typealias Response = CharacterSummary
}

/// `GET /v1/characters/{name}`: a character with its images and its prototype.
public enum ShowCharacter: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}"

    public typealias Request = NamedRequest
    public typealias Response = CharacterDetail
}

/// `PATCH /v1/characters/{name}`: renames a character.
public enum RenameCharacter: Endpoint {
    public static let method = HTTPMethod.patch
    public static let path = "/v1/characters/{name}"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The character's present name.
        public var name: String
        /// The new name.
        public var newName: String

        public init(name: String, newName: String) {
            self.name = name
            self.newName = newName
        }

        private struct Body: Codable {
            /// The new name.
            var name: String
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(name: newName))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            newName = try message.json(Body.self).name
        }
    }

    public typealias Response = CharacterSummary
}

/// `DELETE /v1/characters/{name}`: removes a character with its images.
public enum RemoveCharacter: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/characters/{name}"

    public typealias Request = NamedRequest
    /// The character as it was.
    public typealias Response = CharacterSummary
}

/// `POST /v1/prototypes/rebuild`: computes prototypes again from the stored embeddings.
public enum RebuildPrototypes: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/prototypes/rebuild"
    public static let body = BodyKind.json
    public static let isLong = true

    public struct Request: JSONRequest {
        /// Only this character; all characters when null.
        public var character: String?

        public init(character: String? = nil) { self.character = character }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// How many characters have a prototype now.
        public var characters: Int
        /// How many images these prototypes are made of.
        public var images: Int
        /// How long it took.
        public var seconds: Double

        public init(characters: Int, images: Int, seconds: Double) {
            self.characters = characters
            self.images = images
            self.seconds = seconds
        }
    }
}
