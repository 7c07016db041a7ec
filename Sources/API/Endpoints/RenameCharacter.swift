/// `PATCH /v1/characters/{name}`: gives a character another name.
public enum RenameCharacter: Endpoint {
    public static let method = HTTPMethod.patch
    public static let path = "/v1/characters/{name}"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        public var newName: String

        public init(name: String, newName: String) {
            self.name = name
            self.newName = newName
        }

        private struct Body: Codable { var name: String }

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
