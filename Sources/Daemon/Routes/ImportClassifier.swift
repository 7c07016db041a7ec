import API
import Registry

extension ImportClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try ClassifierInfo(try await services.classifiers.importFile(request.file, name: request.name))
    }
}
