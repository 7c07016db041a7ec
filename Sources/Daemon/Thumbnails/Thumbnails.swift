import API
import Foundation
import Registry

extension FetchThumbnail: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.thumbnail(of: try await services.registry.image(request.id), request.choice)
    }
}

extension FetchCharacterThumbnail: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        guard let image = try await services.registry.firstImage(of: request.name) else {
            throw APIError(.imageNotFound, "the character “\(request.name)” has no picture")
        }
        return try await services.thumbnail(of: image, request.choice)
    }
}

extension FetchInboxThumbnail: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let key = try await services.registry.inboxKey(request.id)
        return try await services.thumbnails.thumbnail(
            of: key, request.choice, called: "picture \(request.id) of the inbox"
        ) { try await services.registry.inboxFile(request.id) }
    }
}

extension Services {
    fileprivate func thumbnail(of image: EnrolledImage, _ choice: ThumbnailChoice) async throws -> Thumbnail {
        try await thumbnails.thumbnail(of: image.key, choice, called: "image \(image.id)") {
            try await registry.imageBytes(image.id)
        }
    }
}
