import API
import Registry

extension MergeCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        MovedImages(try await services.registry.mergeCharacter(request.name, into: request.into))
    }
}
