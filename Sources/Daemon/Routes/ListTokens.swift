import API
import Registry

extension ListTokens: Route {
    static var role: Role { .operator }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(tokens: try await services.registry.tokens().map { TokenInfo($0) })
    }
}
