import API
import Registry

extension NoteCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterSummary(try await services.registry.setNote(of: request.name, request.note))
    }
}
