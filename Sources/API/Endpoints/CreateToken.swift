/// `POST /v1/tokens`: makes a token, which its answer alone tells. Over the socket only.
public enum CreateToken: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/tokens"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: EndpointRequest, Codable, Equatable {
        /// What it is for; the log of changes names it.
        public var name: String
        public var role: TokenRole

        public init(name: String, role: TokenRole) {
            self.name = name
            self.role = role
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// For the header: `Authorization: Bearer …`.
        public var token: String
        public var info: TokenInfo

        public init(token: String, info: TokenInfo) {
            self.token = token
            self.info = info
        }
    }
}
