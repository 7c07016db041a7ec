import API
import Registry

extension ShowCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let prototype = try await services.registry.prototype(of: request.name)
        return CharacterDetail(
            character: CharacterSummary(try await services.registry.character(named: request.name)),
            prototype: prototype.map { PrototypeInfo(count: $0.count, spread: $0.spread) },
            images: try await services.registry.images(of: request.name).map { ImageInfo($0) })
    }
}
