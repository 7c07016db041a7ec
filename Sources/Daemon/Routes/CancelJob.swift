import API
import Registry

extension CancelJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try JobInfo(try await services.jobs.cancel(request.id), services.jobs)
    }
}
