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
        return Response(enrollment) { request.files[$0].name }
    }
}

extension EnrollImages.Response {
    /// - Parameter file: the name of the file at a place in the request.
    init(_ enrollment: Enrollment, file: (Int) -> String?) {
        self.init(
            character: CharacterSummary(enrollment.character), created: enrollment.created,
            added: enrollment.added.map { ImageInfo($0) },
            duplicates: enrollment.duplicates.map {
                EnrollImages.Duplicate(file: file($0.index), image: ImageInfo($0.image))
            },
            conflicts: enrollment.conflicts.map {
                EnrollImages.Duplicate(file: file($0.index), image: ImageInfo($0.image))
            })
    }
}
