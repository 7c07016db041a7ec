import API
import Registry

extension ListModels: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(models: try await services.registry.models().map { try ModelInfo($0) })
    }
}
