import API
import Registry

extension RemoveClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try ClassifierInfo(try await services.classifiers.remove(named: request.name))
    }
}
