import API
import Embedding
import Registry

extension EnrollImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let enrollment = try await services.withActiveModel { active in
            let images = try await services.embedded(request.files, source: request.source, by: active)
            return try await services.registry.enroll(
                character: request.name, images: images, model: active.model.identity)
        }
        return Response(
            character: CharacterSummary(enrollment.character), created: enrollment.created,
            added: enrollment.added.map { ImageInfo($0) },
            duplicates: enrollment.duplicates.map {
                Duplicate(file: request.files[$0.index].name, image: ImageInfo($0.image))
            },
            conflicts: enrollment.conflicts.map {
                Duplicate(file: request.files[$0.index].name, image: ImageInfo($0.image))
            })
    }
}
