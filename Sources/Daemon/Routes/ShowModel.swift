import API
import Registry

extension ShowModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try ModelInfo(try await services.registry.model(named: request.name))
    }
}
