import API
import Registry

extension SplitCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        MovedImages(
            try await services.registry.splitCharacter(request.name, images: request.images, into: request.into))
    }
}
