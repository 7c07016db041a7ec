/// `POST /v1/characters`: a character without images.
public enum CreateCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: EndpointRequest, Codable, Equatable {
        public var name: String

        public init(name: String) { self.name = name }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }

    public typealias Response = CharacterSummary
}
