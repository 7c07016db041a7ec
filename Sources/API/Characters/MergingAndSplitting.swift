public import Statistics

/// `POST /v1/characters/{name}/merge`: gives all images of a character to another, and removes it.
public enum MergeCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/merge"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// The name of the character that gets the images.
        public var into: String

        public init(name: String, into: String) {
            self.name = name
            self.into = into
        }

        private struct Body: Codable { var into: String }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(into: into))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            into = try message.json(Body.self).into
        }
    }

    public typealias Response = MovedImages
}

/// `GET /v1/characters/{name}/split`: the groups that a character's images fall into, if they do.
///
/// Two groups are apart when their images are, on average, farther from each other than where other characters' pairs of one and of two
/// are mistaken for each other equally often.
public enum ProposeSplit: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/split"

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The distance.
        public var threshold: Double
        /// The share of pairs that lie on its wrong side.
        public var error: Estimate
        /// The images' numbers in each group, the largest group first; one group where they hold together.
        public var groups: [[Int64]]
        /// Images that were not looked at, because there are too many.
        public var left: Int

        public init(threshold: Double, error: Estimate, groups: [[Int64]], left: Int) {
            self.threshold = threshold
            self.error = error
            self.groups = groups
            self.left = left
        }
    }
}

/// `POST /v1/characters/{name}/split`: gives some of a character's images to a new one; all or none.
public enum SplitCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/split"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// The new character's name.
        public var into: String
        /// The images' numbers: some of the character's, and not all.
        public var images: [Int64]

        public init(name: String, into: String, images: [Int64]) {
            self.name = name
            self.into = into
            self.images = images
        }

        private struct Body: Codable {
            var into: String
            var images: [Int64]
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(
                parameters: ["name": name], body: .json(try JSON.encode(Body(into: into, images: images))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            let body = try message.json(Body.self)
            (into, images) = (body.into, body.images)
        }
    }

    public typealias Response = MovedImages
}
