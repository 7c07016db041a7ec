import API
import Registry

extension ListImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(images: try await services.registry.images(of: request.name).map { ImageInfo($0) })
    }
}
