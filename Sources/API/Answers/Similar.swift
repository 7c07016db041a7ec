/// `POST /v1/similar?limit=&faces=&face=&boxes=`: the enrolled images nearest to these pictures, of any character. A picture with several faces is
/// refused with `several_faces`, unless the request chooses.
public enum FindSimilarImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/similar"
    public static let body = BodyKind.images

    /// Images listed when `limit` is not given.
    public static let defaultLimit = 5
    public static let maximumLimit = 1000

    public struct Request: EndpointRequest, Equatable {
        /// How many images to list for each picture, 1…1000; ``defaultLimit`` when nil.
        public var limit: Int?
        public var selection: FaceSelection
        public var files: [FilePart]

        public init(limit: Int? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]) {
            self.limit = limit
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["limit"] = limit.map(String.init)
            selection.add(to: &query)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["limit"]))
            limit = try message.integer("limit", in: 1...maximumLimit)
            files = try message.files()
            selection = try FaceSelection(message, files: files.count)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model whose embeddings were compared.
        public var model: String
        /// One list for each file, in order; each has the nearest image first.
        public var results: [[SimilarImage]]

        public init(model: String, results: [[SimilarImage]]) {
            self.model = model
            self.results = results
        }
    }
}

/// An enrolled image and its distance to a picture.
public struct SimilarImage: Codable, Sendable, Equatable {
    /// The enrolled image.
    public var image: EnrolledImage
    /// The Euclidean distance between the two embeddings.
    public var distance: Double

    public init(image: EnrolledImage, distance: Double) {
        self.image = image
        self.distance = distance
    }
}

/// An enrolled picture near a picture that was asked about.
public struct NearImage: Codable, Sendable, Equatable {
    /// The image's number.
    public var id: Int64
    /// The Euclidean distance between the two embeddings.
    public var distance: Double
    /// Where it came from, as the user who enrolled it gave it; may be empty.
    public var source: String
    /// The name of the cast pack that brought it as a vector; null for a picture.
    public var pack: String?

    public init(id: Int64, distance: Double, source: String, pack: String? = nil) {
        self.id = id
        self.distance = distance
        self.source = source
        self.pack = pack
    }
}

/// A character near a picture or near another character.
public struct NearCharacter: Codable, Sendable, Equatable {
    /// The character's name.
    public var character: String
    /// The Euclidean distance to the mean of the character's embeddings.
    public var distance: Double

    public init(character: String, distance: Double) {
        self.character = character
        self.distance = distance
    }
}
