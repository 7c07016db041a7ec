import API
import Embedding
import Registry

extension ListRejections: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(rejections: try await services.registry.rejections().map { Rejection($0) })
    }
}

extension RejectImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        // Before the pictures: a misspelt name shall not cost their decoding.
        try await services.checkExists(character: request.name)
        let results = try await services.withActiveModel { active in
            try await services.registry.reject(
                character: request.name,
                images: try await services.embedded(request.files, source: request.source, by: active),
                model: active.model.identity)
        }
        return Response(
            results: results.map { Result(rejection: Rejection($0.rejection), created: $0.created) })
    }
}

extension RemoveRejection: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Rejection(try await services.registry.removeRejection(request.id))
    }
}
