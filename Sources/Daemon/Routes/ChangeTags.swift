import API
import Registry

extension ChangeTags: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterSummary(
            try await services.registry.changeTags(of: request.name, adding: request.add, removing: request.remove))
    }
}
