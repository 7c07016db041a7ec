public import Foundation

/// What a user or the bearer of a token may do.
public enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    /// May classify and look.
    case reader
    /// May also enroll and change.
    case `operator`

    /// An operator may do all that a reader may.
    public static func < (first: Role, second: Role) -> Bool { first == .reader && second == .operator }
}

/// A token that lets a program call the API over TCP. Only the answer that creates it holds the token itself.
public struct Token: Codable, Sendable, Equatable {
    /// What it is for.
    public var name: String
    /// What its bearer may do.
    public var role: Role
    /// What it may ask about: the words after `/v1` in the paths of the API, sorted; `service` stands for the paths outside of `/v1`.
    /// Null for everything.
    public var subjects: [String]?
    /// When it was created.
    public var createdAt: Date
    /// From when on it is refused; null for never.
    public var expiresAt: Date?
    /// When its last request began, to the minute; null before the first. A daemon that is killed forgets up to ten minutes.
    public var lastUsedAt: Date?

    public init(
        name: String, role: Role, subjects: [String]? = nil, createdAt: Date, expiresAt: Date? = nil,
        lastUsedAt: Date? = nil
    ) {
        self.name = name
        self.role = role
        self.subjects = subjects
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    /// Whether it is refused at a moment because it has expired.
    public func isExpired(at time: Date) -> Bool { expiresAt.map { $0 <= time } ?? false }
}

/// `GET /v1/tokens?limit=&after=`: one page of the tokens, by name. Over the socket only.
public enum ListTokens: ListEndpoint {
    public static let path = "/v1/tokens"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var tokens: [Token]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(tokens: [Token], next: String? = nil) { (self.tokens, self.next) = (tokens, next) }

        public var entries: [Token] { tokens }
    }
}

/// `POST /v1/tokens`: creates a token. Only this answer holds it. Over the socket only.
public enum CreateToken: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/tokens"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: JSONRequest {
        /// What the token is for. The audit log shows it.
        public var name: String
        /// What its bearer may do.
        public var role: Role
        /// The subjects of the API that its bearer may ask about; missing or null for all.
        public var subjects: [String]?
        /// From when on the token is refused; missing or null for never.
        public var expiresAt: Date?

        public init(name: String, role: Role, subjects: [String]? = nil, expiresAt: Date? = nil) {
            self.name = name
            self.role = role
            self.subjects = subjects
            self.expiresAt = expiresAt
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// For the header: `Authorization: Bearer …`.
        public var token: String
        /// The token.
        public var info: Token

        public init(token: String, info: Token) {
            self.token = token
            self.info = info
        }
    }
}

/// `DELETE /v1/tokens/{name}`: revokes a token. Answers the token as it was. Over the socket only.
public enum RevokeToken: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/tokens/{name}"

    public typealias Request = NamedRequest
    public typealias Response = Token
}
