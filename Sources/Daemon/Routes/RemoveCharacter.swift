import API
import Registry

extension RemoveCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterSummary(try await services.registry.removeCharacter(named: request.name))
    }
}
