import API
import Registry

extension ListTags: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.tags()) { $0.name }
        return Response(tags: entries, next: next)
    }
}

extension ChangeTags: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.changeTags(of: request.name, adding: request.add, removing: request.remove)
    }
}

extension NoteCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.setNote(of: request.name, request.note)
    }
}
