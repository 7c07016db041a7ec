import API
import Embedding
import Registry

extension ListRejections: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let rejections = try await services.registry.rejections(after: page.number ?? 0, limit: page.reads)
        let (entries, next) = page.first(of: rejections, \.id)
        return Response(rejections: entries, next: next)
    }
}

extension RejectImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        // A misspelled name is refused before the pictures are decoded.
        try await services.checkExists(character: request.name)
        let results = try await services.withActiveModel { active in
            try await services.registry.reject(
                character: request.name,
                images: try await services.embedded(
                    request.files, request.selection, .any, source: request.source, by: active),
                model: active.model.identity)
        }
        return Response(results: results)
    }
}

extension RemoveRejection: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removeRejection(request.id)
    }
}
