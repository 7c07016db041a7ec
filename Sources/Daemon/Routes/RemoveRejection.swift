import API
import Registry

extension RemoveRejection: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        RejectionInfo(try await services.registry.removeRejection(request.id))
    }
}
