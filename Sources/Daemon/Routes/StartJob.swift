import API
import Registry

extension StartJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try JobInfo(try await services.jobs.add(request), services.jobs)
    }
}
