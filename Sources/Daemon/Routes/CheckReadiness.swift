import API
import Registry

extension CheckReadiness: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        _ = try services.models.active()
        return Response(status: "ready")
    }
}
