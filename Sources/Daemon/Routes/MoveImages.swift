import API
import Registry

extension MoveImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        MovedImages(try await services.registry.moveImages(request.images, to: request.character))
    }
}

extension MovedImages {
    init(_ move: Move) {
        self.init(
            character: CharacterSummary(move.character), created: move.created, moved: move.moved.map { ImageInfo($0) },
            duplicates: move.duplicates.map { ImageInfo($0) })
    }
}
