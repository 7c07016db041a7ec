import API
import Registry

extension ShowClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try ClassifierInfo(try await services.registry.classifier(named: request.name))
    }
}
