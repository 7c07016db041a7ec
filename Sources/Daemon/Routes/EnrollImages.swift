import API
import Embedding
import Imaging
import Registry

extension EnrollImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let enrollment = try await services.withActiveModel { active in
            let pictures = try await Picture.decode(request.files, for: active.model.transform)
            let vectors = await services.inference.embed(pictures.map(\.prepared), with: active.embedder)
            let images = zip(pictures, vectors).map { picture, vector in
                NewImage(
                    bytes: picture.file.bytes, sha256: ContentHash.sha256(picture.file.bytes),
                    format: picture.format.rawValue, width: picture.width, height: picture.height,
                    source: request.source ?? picture.file.name ?? "", embedding: vector)
            }
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
