import API
import Embedding
import Foundation
import Registry

extension ListTokens: Route {
    static var role: Role { .operator }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.tokens()) { $0.name }
        return Response(tokens: entries, next: next)
    }
}

extension CreateToken: Route {
    static var admitsTokens: Bool { false }

    /// The subjects of the requests that tokens may make.
    static var subjects: [String] { Set(routeTable.filter(\.admitsTokens).map(\.path.subject)).sorted() }

    /// Checks what limits a new token, against the routes and the clock.
    /// - Throws: `bad_parameter` for a subject that no token may ask about, for no subject at all, and for a moment that has passed.
    private static func check(_ request: Request, at now: Date) throws(APIError) {
        if let asked = request.subjects {
            let subjects = subjects
            guard !asked.isEmpty else {
                throw APIError(
                    .badParameter,
                    "a token with no subject may do nothing; name some of \(subjects.joined(separator: ", ")), or leave subjects out for all"
                )
            }
            for subject in asked where !subjects.contains(subject) {
                throw APIError(
                    .badParameter,
                    "“\(subject)” is no subject that a token may ask about; those are \(subjects.joined(separator: ", "))"
                )
            }
        }
        if let end = request.expiresAt, end <= now {
            throw APIError(
                .badParameter, "the token would have expired already, at \(end.ISO8601Format()); choose a later moment")
        }
    }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try check(request, at: Date())
        let token = "aniwho_" + RandomText.make()
        let info = try await services.registry.createToken(
            named: request.name, role: request.role, subjects: request.subjects, expiresAt: request.expiresAt,
            sha256: ContentHash.sha256(Data(token.utf8)))
        return Response(token: token, info: info)
    }
}

extension RevokeToken: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.revokeToken(named: request.name)
    }
}
