import API
import Embedding
import Foundation

extension FetchPage: Route {
    static var isPublic: Bool { true }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try PageFiles.file("index.html")
    }
}

extension FetchPageFile: Route {
    static var isPublic: Bool { true }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try PageFiles.file(request.name)
    }
}

/// The files of `web`, which the build embeds.
enum PageFiles {
    private static let files = Dictionary(
        uniqueKeysWithValues: embeddedPage.map { file in
            let bytes = Data(file.text.utf8)
            let tag = "\"\(ContentHash.sha256(bytes).prefix(32))\""
            return (file.name, PageFile(mediaType: mediaType(of: file.name), bytes: bytes, tag: tag))
        })

    /// - Throws: `route_not_found`.
    static func file(_ name: String) throws(APIError) -> PageFile {
        guard let file = files[name] else { throw APIError(.routeNotFound, "the page has no file “\(name)”") }
        return file
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": MediaType.html
        case "js": MediaType.script
        case "css": MediaType.style
        case "svg": MediaType.svg
        default: MediaType.octetStream
        }
    }
}
