import API
import Embedding
import Foundation
import Platform
import Registry

extension CreateLink: Route {
    static var role: Role { .reader }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        guard case .user(let uid) = Caller.current else {
            throw APIError(.internal, "a link was asked for by nobody")
        }
        let now = Date()
        let end = request.expiresAt ?? now + Double(standardSeconds)
        guard end > now else {
            throw APIError(
                .badParameter,
                "the session would have expired already, at \(end.ISO8601Format()); choose a later moment"
            )
        }
        let own = services.access.role(of: .user(uid)) ?? .reader
        let role = min(request.role ?? own, own)
        let address = try await services.page.open()
        let linkEnd = now + Double(linkSeconds)
        let secret = try await services.links.make(.init(uid: uid, role: role, expiresAt: end), until: linkEnd)
        let page = services.authentication.pageURL?.description ?? "http://\(address)/"
        return Response(url: "\(page)#link=\(secret)", linkExpiresAt: linkEnd, role: role, expiresAt: end)
    }
}

extension LogIn: Route {
    static var role: Role { .reader }
    static var isPublic: Bool { true }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let grant = try await services.links.use(request.link)
        let (secret, token) = (RandomText.make(), RandomText.make())
        let session = try await Registry.$author.withValue(Caller.user(grant.uid).author) {
            try await services.registry.createSession(
                uid: grant.uid, role: grant.role, expiresAt: grant.expiresAt,
                sha256: ContentHash.sha256(Data(secret.utf8)), tokenSHA256: ContentHash.sha256(Data(token.utf8)))
        }
        return Response(
            token: token, session: session,
            cookie: SessionCookie.header(
                secret, port: services.page.address?.port ?? 0, page: services.authentication.pageURL,
                seconds: Int(grant.expiresAt.timeIntervalSinceNow)))
    }
}

extension ShowSession: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        var session = try await services.currentSession()
        session.role = Caller.current.flatMap(services.access.role) ?? .reader
        return Response(session: session, user: SystemUsers.name(of: session.uid), version: Version.current)
    }
}

extension LogOut: Route {
    static var role: Role { .reader }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.revokeSession(try await services.currentSession().id)
    }
}

extension ListSessions: Route {
    static var role: Role { .operator }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let after = try request.page.number ?? 0
        let (entries, next) = request.page.first(
            of: try await services.registry.sessions().filter { $0.id > after }, \.id)
        return Response(sessions: entries, next: next)
    }
}

extension RevokeSession: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.revokeSession(request.id)
    }
}

extension Services {
    /// The session that the current request comes from.
    /// - Throws: `session_not_found` for a request of anybody else.
    fileprivate func currentSession() async throws -> Session {
        guard case .session(let id, _, _) = Caller.current,
            let session = try await registry.sessions().first(where: { $0.id == id })
        else {
            throw APIError(.sessionNotFound, "this request has no session; only a browser that has logged in has one")
        }
        return session
    }
}
