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
