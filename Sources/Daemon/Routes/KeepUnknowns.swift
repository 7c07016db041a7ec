import API
import Embedding
import Registry

extension KeepUnknowns: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let result = try await services.withActiveModel { active in
            let images = try await services.embedded(request.files, source: request.source, by: active)
            return try await services.registry.keepUnknowns(images, model: active.model.identity)
        }
        return Response(
            kept: result.kept.map { UnknownInfo($0) }, known: result.known, enrolled: result.enrolled)
    }
}

extension UnknownInfo {
    init(_ record: UnknownRecord) {
        self.init(
            id: record.id, sha256: record.sha256, format: record.format, bytes: record.byteCount, width: record.width,
            height: record.height, source: record.source, addedAt: record.addedAt)
    }
}
