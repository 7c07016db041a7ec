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
