import API
import Registry

extension ImportModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try ModelInfo(
            try await services.models.importFile(request.file, name: request.name, architecture: request.architecture))
    }
}
