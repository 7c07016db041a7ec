import API
import Registry

extension FetchModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let record = try await services.registry.model(named: request.name)
        return Response(bytes: try await services.registry.modelBytes(identity: record.identity))
    }
}
