import API
import Registry

extension RenameCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterSummary(try await services.registry.renameCharacter(request.name, to: request.newName))
    }
}
