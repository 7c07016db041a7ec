import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry

extension ListImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let images = try await services.registry.images(of: request.name, after: page.number ?? 0, limit: page.reads)
        let (entries, next) = page.first(of: images, \.id)
        return Response(images: entries, next: next)
    }
}

extension EnrollImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let images = try await services.embedded(
                request.files, request.selection, .one, source: request.source, by: active)
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

extension FetchFace: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let image = try await services.registry.image(request.id)
        return try await crop(
            of: try await services.registry.imageBytes(request.id), image.box, named: "image \(image.id)")
    }

    /// A face of a picture as PNG.
    /// - Parameter name: what an error calls the picture.
    /// - Throws: `bad_image`.
    static func crop(of bytes: Data, _ box: PixelBox?, named name: String) async throws(APIError) -> Response {
        let result = await withTaskExecutorPreference(WorkThreads.decoders) {
            Result { () throws(ImagingError) in
                let picture = try Image.decode([UInt8](bytes)).image
                return Data(try (box.map { picture.face($0) } ?? picture).encodePNG())
            }
        }
        do { return Response(mediaType: "image/png", bytes: try result.get()) } catch {
            throw APIError(.badImage, "\(name): \(error.message)")
        }
    }
}

extension ChangeBox: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let file = FilePart(
                name: "image \(request.id)", bytes: try await services.registry.imageBytes(request.id))
            let selection = FaceSelection(request.change.faces, boxes: request.change.box.map { [$0] } ?? [])
            let face = try await services.embedded([file], selection, .one, source: nil, by: active)[0]
            return try await services.registry.changeBox(
                ofImage: request.id, to: face.box, embedding: face.embedding, model: active.model.identity)
        }
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
