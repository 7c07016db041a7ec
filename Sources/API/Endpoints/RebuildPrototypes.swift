/// `POST /v1/prototypes/rebuild`: computes prototypes anew from the stored images.
public enum RebuildPrototypes: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/prototypes/rebuild"
    public static let body = BodyKind.json
    public static let isLong = true

    public struct Request: EndpointRequest, Codable, Equatable {
        /// Only this character; everyone when null.
        public var character: String?

        public init(character: String? = nil) { self.character = character }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// How many prototypes were rebuilt, from how many images, in how long.
        public var characters: Int
        public var images: Int
        public var seconds: Double

        public init(characters: Int, images: Int, seconds: Double) {
            self.characters = characters
            self.images = images
            self.seconds = seconds
        }
    }
}
