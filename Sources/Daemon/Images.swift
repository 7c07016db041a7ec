import API
import Embedding
import Imaging
import Registry

extension ListImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(images: try await services.registry.images(of: request.name).map { EnrolledImage($0) })
    }
}

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
            added: enrollment.added.map { EnrolledImage($0) },
            duplicates: enrollment.duplicates.map {
                EnrollImages.Duplicate(file: file($0.index), image: EnrolledImage($0.image))
            },
            conflicts: enrollment.conflicts.map {
                EnrollImages.Duplicate(file: file($0.index), image: EnrolledImage($0.image))
            })
    }
}

extension FetchImage: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let record = try await services.registry.image(request.id)
        let format = ImageFormat(rawValue: record.format)
        return Response(
            mediaType: format?.mediaType ?? MediaType.octetStream,
            bytes: try await services.registry.imageBytes(request.id))
    }
}

extension MoveImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        MovedImages(try await services.registry.moveImages(request.images, to: request.character))
    }
}

extension MovedImages {
    init(_ move: Move) {
        self.init(
            character: CharacterSummary(move.character), created: move.created,
            moved: move.moved.map { EnrolledImage($0) },
            duplicates: move.duplicates.map { EnrolledImage($0) })
    }
}

extension RemoveImage: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        EnrolledImage(try await services.registry.removeImage(request.id))
    }
}
