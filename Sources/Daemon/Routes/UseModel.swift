import API
import Registry

extension UseModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let job = try await services.jobs.change(request.dryRun ? .tryModel : .useModel, model: request.name)
        return try JobInfo(job, services.jobs)
    }
}
