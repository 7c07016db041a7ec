import API
import Registry

extension ShowJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try JobInfo(try await services.registry.job(request.id), services.jobs)
    }
}
