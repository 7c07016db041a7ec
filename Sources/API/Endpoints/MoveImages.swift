/// `POST /v1/images/move`: gives images to a character, which is created if there is none of that name; all or none.
public enum MoveImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/images/move"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// The images' numbers.
        public var images: [Int64]
        /// The character's name.
        public var character: String

        public init(images: [Int64], character: String) {
            self.images = images
            self.character = character
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }

    public typealias Response = MovedImages
}
