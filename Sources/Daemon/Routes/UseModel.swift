import API
import Registry

extension UseModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let start = ContinuousClock.now
        let swap = try await services.models.use(named: request.name)
        return Response(
            model: try ModelInfo(try await services.registry.model(named: request.name)), previous: swap.previous,
            embedded: swap.embedded, seconds: (ContinuousClock.now - start).seconds)
    }
}
