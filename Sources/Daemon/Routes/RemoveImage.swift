import API
import Registry

extension RemoveImage: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        ImageInfo(try await services.registry.removeImage(request.id))
    }
}
