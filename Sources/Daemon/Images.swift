import API
import Embedding
import Imaging
import Registry

extension ListImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(images: try await services.registry.images(of: request.name))
    }
}

extension EnrollImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let images = try await services.embedded(request.files, source: request.source, by: active)
            return try await services.registry.enroll(
                character: request.name, images: images, model: active.model.identity)
        }
    }
}

extension FetchImage: Route {
    /// - Parameter format: as the registry stores it, for example `png`.
    static func mediaType(of format: String) -> String {
        ImageFormat(rawValue: format)?.mediaType ?? MediaType.octetStream
    }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let image = try await services.registry.image(request.id)
        return Response(
            mediaType: mediaType(of: image.format), bytes: try await services.registry.imageBytes(request.id))
    }
}

extension MoveImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.moveImages(request.images, to: request.character)
    }
}

extension RemoveImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(images: try await services.registry.removeImages(request.images))
    }
}

extension RemoveImage: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removeImage(request.id)
    }
}
