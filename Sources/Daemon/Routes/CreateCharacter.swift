import API
import Registry

extension CreateCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterSummary(try await services.registry.createCharacter(named: request.name))
    }
}
