public import Foundation

/// A browser's access to the page, from the one-time link until it expires or is revoked. The browser holds its secret in a cookie.
public struct Session: Codable, Sendable, Equatable {
    /// Never used again.
    public var id: Int64
    /// The user who asked for the link, by user id. The session may do what that user may, up to its role.
    public var uid: Int
    /// The most that it may do.
    public var role: Role
    /// When the browser logged in.
    public var createdAt: Date
    /// From when on it is refused.
    public var expiresAt: Date
    /// When its last request began, to the minute; null before the first. A daemon that is killed forgets up to ten minutes.
    public var lastUsedAt: Date?

    public init(id: Int64, uid: Int, role: Role, createdAt: Date, expiresAt: Date, lastUsedAt: Date? = nil) {
        self.id = id
        self.uid = uid
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }
}

/// `POST /v1/sessions/links`: makes a link to the page that works once, and lets the daemon listen on a loopback address if it does not
/// yet. Over the socket only.
public enum CreateLink: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/sessions/links"
    public static let body = BodyKind.json
    public static let successStatus = 201

    /// How long a session lasts unless the request says otherwise, in seconds: a week.
    public static let standardSeconds = 7 * 86_400
    /// How long the link works, in seconds.
    public static let linkSeconds = 300

    public struct Request: JSONRequest {
        /// The most that the session may do; the asker's role when null.
        public var role: Role?
        /// When the session ends; a week from now when null.
        public var expiresAt: Date?

        public init(role: Role? = nil, expiresAt: Date? = nil) {
            self.role = role
            self.expiresAt = expiresAt
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The page's address, with a secret that works once.
        public var url: String
        /// From when on the link is refused.
        public var linkExpiresAt: Date
        /// The most that the session may do.
        public var role: Role
        /// When the session ends.
        public var expiresAt: Date

        public init(url: String, linkExpiresAt: Date, role: Role, expiresAt: Date) {
            self.url = url
            self.linkExpiresAt = linkExpiresAt
            self.role = role
            self.expiresAt = expiresAt
        }
    }
}

/// `POST /v1/sessions`: turns the secret of a link into a session. The answer sets the session's cookie. Nobody needs to be logged in.
public enum LogIn: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/sessions"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: JSONRequest {
        /// The secret: what follows `#link=` in the link.
        public var link: String

        public init(link: String) { self.link = link }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// For the header `X-AniWho-Token`, which every request of this session needs that is no GET.
        public var token: String
        /// The session.
        public var session: Session
        /// The header `Set-Cookie`, which is not in the JSON.
        public var cookie: String?

        private enum CodingKeys: String, CodingKey { case token, session }

        public init(token: String, session: Session, cookie: String? = nil) {
            self.token = token
            self.session = session
            self.cookie = cookie
        }
    }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        var message = ResponseMessage(
            status: successStatus, contentType: MediaType.json, body: try JSON.encode(response))
        message.headers["Set-Cookie"] = response.cookie
        return message
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        var response = try JSON.decode(Response.self, from: message.body)
        response.cookie = message.headers["Set-Cookie"]
        return response
    }
}

/// `GET /v1/sessions/current`: the session of the browser that asks.
public enum ShowSession: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/sessions/current"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// With the role that counts now: that of the session or, if it is less, of its user.
        public var session: Session
        /// The name of the session's user; null if the system has none.
        public var user: String?
        /// The daemon's version.
        public var version: String

        public init(session: Session, user: String?, version: String) {
            self.session = session
            self.user = user
            self.version = version
        }
    }
}

/// `DELETE /v1/sessions/current`: ends the session of the browser that asks. Answers the session as it was.
public enum LogOut: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/sessions/current"

    public typealias Request = EmptyRequest
    public typealias Response = Session
}

/// `GET /v1/sessions?limit=&after=`: one page of the sessions, oldest first. Over the socket only.
public enum ListSessions: ListEndpoint {
    public static let path = "/v1/sessions"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var sessions: [Session]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(sessions: [Session], next: String? = nil) { (self.sessions, self.next) = (sessions, next) }

        public var entries: [Session] { sessions }
    }
}

/// `DELETE /v1/sessions/{id}`: revokes a session. Answers the session as it was. Over the socket only.
public enum RevokeSession: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/sessions/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = Session
}
