/// `POST /v1/inbox/name`: enrols pictures of the inbox under a character, which is created if there is none of that name; all or none.
public enum NameUnknowns: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/name"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: EndpointRequest, Codable, Equatable {
        /// The pictures' numbers in the inbox, at least one.
        public var pictures: [Int64]
        /// The character's name.
        public var character: String

        public init(pictures: [Int64], character: String) {
            self.pictures = pictures
            self.character = character
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
            guard !pictures.isEmpty else { throw APIError(.badRequest, "the request names no picture") }
        }
    }

    /// What was enrolled; duplicates and conflicts name no file.
    public typealias Response = EnrollImages.Response
}
