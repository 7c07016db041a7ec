import API
import Registry

extension DiscardUnknowns: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(
            discarded: try await services.registry.discardUnknowns(request.pictures).map { UnknownInfo($0) })
    }
}
