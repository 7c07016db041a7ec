import API
import Registry

extension ListRejections: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(rejections: try await services.registry.rejections().map { RejectionInfo($0) })
    }
}
