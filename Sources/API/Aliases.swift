/// `POST /v1/characters/{name}/aliases`: gives a character other names and takes others away; all or none.
///
/// An alias is accepted wherever a character's name is. Answers and lists show the name.
public enum ChangeAliases: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/aliases"
    public static let body = BodyKind.json

    /// Aliases that the character has already, and those to remove that it has not, change nothing.
    public typealias Request = NamedChangesRequest
    public typealias Response = CharacterSummary
}

/// `POST /v1/characters/{name}/series`: says which series a character is from; an empty text removes it.
public enum SetSeries: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/series"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The character's name.
        public var name: String
        /// The new series; an empty text removes it.
        public var series: String

        public init(name: String, series: String) {
            self.name = name
            self.series = series
        }

        private struct Body: Codable { var series: String }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], body: .json(try JSON.encode(Body(series: series))))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            name = try message.parameter("name")
            series = try message.json(Body.self).series
        }
    }

    public typealias Response = CharacterSummary
}
