import API
import Registry

extension ListTags: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(
            tags: try await services.registry.tags().map { Tag(name: $0.tag, characters: $0.characters) })
    }
}
