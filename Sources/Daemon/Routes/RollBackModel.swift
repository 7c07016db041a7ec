import API
import Registry

extension RollBackModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        guard let former = try await services.registry.formerModel() else {
            throw APIError(
                .modelNotFound,
                "there is no model to go back to: none was changed here, or the one before was removed; see aniwho models list"
            )
        }
        return try JobInfo(try await services.jobs.change(.rollBackModel, model: former.model.name), services.jobs)
    }
}
