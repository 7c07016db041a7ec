import API
import Registry

extension RevokeToken: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        TokenInfo(try await services.registry.revokeToken(named: request.name))
    }
}
