import API
import Registry

extension CheckReadiness: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        _ = try await services.models.active(patience: .zero)
        return Response(status: "ready")
    }
}
