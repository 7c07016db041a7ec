import API
import Registry

extension ListClassifiers: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(classifiers: try await services.registry.classifiers())
    }
}

extension ShowClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.classifier(named: request.name)
    }
}

extension ImportClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.classifiers.importFile(request.file, name: request.name)
    }
}

extension RemoveClassifier: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.classifiers.remove(named: request.name)
    }
}
