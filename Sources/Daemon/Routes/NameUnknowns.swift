import API
import Embedding
import Registry

extension NameUnknowns: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let enrollment = try await services.withActiveModel { active in
            try await services.embedInbox(active)
            return try await services.registry.nameUnknowns(
                request.pictures, character: request.character, model: active.model.identity)
        }
        return Response(enrollment) { _ in nil }
    }
}
