/// `POST /v1/characters/{name}/note`: writes a character's note in the place of the one before; an empty one removes it.
public enum NoteCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/note"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        public var note: String

        public init(name: String, note: String) {
            self.name = name
            self.note = note
        }

        private struct Body: Codable { var note: String }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(note: note))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            note = try message.json(Body.self).note
        }
    }

    public typealias Response = CharacterSummary
}
