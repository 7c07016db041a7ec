import API
import Registry

extension ListClassifiers: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(classifiers: try await services.registry.classifiers().map { try ClassifierInfo($0) })
    }
}
