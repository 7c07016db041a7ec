public import Statistics

/// `POST /v1/characters/{name}/merge`: moves all images, tags, aliases and the note of a character to another one and removes it.
public enum MergeCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/merge"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The name of the character that is removed.
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

/// `POST /v1/characters/{name}/split/proposal`: proposes how to split a character: the groups that its images form. Changes nothing.
///
/// Two groups are separate if the average distance between their images is above the threshold. At the threshold, other characters'
/// pairs of images of one character and of two are mistaken for each other equally often.
public enum ProposeSplit: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/split/proposal"
    public static let isLong = true

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The distance that separates groups.
        public var threshold: Double
        /// The share of pairs on the wrong side of the threshold.
        public var error: Estimate
        /// The images' numbers in each group, the largest group first; one group if there is nothing to split.
        public var groups: [[Int64]]
        /// How many images were not compared, because the character has too many.
        public var left: Int

        public init(threshold: Double, error: Estimate, groups: [[Int64]], left: Int) {
            self.threshold = threshold
            self.error = error
            self.groups = groups
            self.left = left
        }
    }
}

/// `POST /v1/characters/{name}/split`: moves some of a character's images to a new character; all or none.
public enum SplitCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/split"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The name of the character that is split.
        public var name: String
        /// The new character's name.
        public var into: String
        /// The numbers of some of the character's images, but not of all.
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
