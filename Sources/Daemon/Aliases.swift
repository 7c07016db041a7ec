import API
import Registry

extension ChangeAliases: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.changeAliases(of: request.name, adding: request.add, removing: request.remove)
    }
}

extension SetSeries: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.setSeries(of: request.name, request.series)
    }
}
