import API
import Registry

extension ListJobs: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(jobs: try await services.registry.jobs().map { try JobInfo($0, services.jobs) })
    }
}
