/// `POST /v1/characters/{name}/tags`: adds tags to a character and takes others away; all or none.
public enum ChangeTags: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/tags"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// Those that are there already change nothing.
        public var add: [String]
        /// Those that are not there change nothing.
        public var remove: [String]

        public init(name: String, add: [String] = [], remove: [String] = []) {
            self.name = name
            self.add = add
            self.remove = remove
        }

        private struct Body: Codable {
            var add: [String]?
            var remove: [String]?
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(
                parameters: ["name": name], body: .json(try JSON.encode(Body(add: add, remove: remove))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            let body = try message.json(Body.self)
            (add, remove) = (body.add ?? [], body.remove ?? [])
        }
    }

    public typealias Response = CharacterSummary
}
