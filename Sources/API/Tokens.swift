public import Foundation

/// What the bearer of a token may do.
public enum TokenRole: String, Codable, Sendable, CaseIterable {
    /// Classifies and looks.
    case reader
    /// Enrols and changes too.
    case `operator`
}

/// A token that lets a program ask over TCP. The token itself is told once, when it is made.
public struct Token: Codable, Sendable, Equatable {
    public var name: String
    public var role: TokenRole
    public var createdAt: Date

    public init(name: String, role: TokenRole, createdAt: Date) {
        self.name = name
        self.role = role
        self.createdAt = createdAt
    }
}

/// `GET /v1/tokens`: the tokens there are, by name. Over the socket only.
public enum ListTokens: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/tokens"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var tokens: [Token]
        public init(tokens: [Token]) { self.tokens = tokens }
    }
}

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
        public var info: Token

        public init(token: String, info: Token) {
            self.token = token
            self.info = info
        }
    }
}

/// `DELETE /v1/tokens/{name}`: the token lets nobody in any more. Answers the token as it was. Over the socket only.
public enum RevokeToken: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/tokens/{name}"

    public typealias Request = NamedRequest
    public typealias Response = Token
}
