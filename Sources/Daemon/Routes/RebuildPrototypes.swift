import API
import Registry

extension RebuildPrototypes: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let start = ContinuousClock.now
        let result = try await services.registry.rebuildPrototypes(character: request.character)
        return Response(
            characters: result.characters, images: result.images, seconds: (ContinuousClock.now - start).seconds)
    }
}
