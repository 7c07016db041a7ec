import API
import Embedding
import Foundation

extension FetchPage: Route {
    static var isPublic: Bool { true }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        PageFiles.page
    }
}

extension FetchPageFile: Route {
    static var isPublic: Bool { true }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try PageFiles.file(request.name, version: request.version)
    }
}

/// The files of `web`, which the build embeds.
enum PageFiles {
    /// The page itself. It names its files with their version.
    static let page: PageFile = {
        guard let (name, text) = embeddedPage.first(where: { $0.name == "index.html" }) else {
            preconditionFailure("the build embeds web/index.html")
        }
        return file(name, text.replacing("\"page/", with: "\"page/\(version)/"))
    }()

    /// Changes with every change of a file.
    static let version = String(ContentHash.sha256(Data(embeddedPage.flatMap { $0.text.utf8 })).prefix(16))

    private static let files = Dictionary(
        uniqueKeysWithValues: embeddedPage.filter { $0.name != "index.html" }.map { ($0.name, file($0.name, $0.text)) })

    /// - Throws: `route_not_found`.
    static func file(_ name: String, version: String) throws(APIError) -> PageFile {
        guard var file = files[name] else { throw APIError(.routeNotFound, "the page has no file “\(name)”") }
        file.isConstant = version == Self.version
        return file
    }

    private static func file(_ name: String, _ text: String) -> PageFile {
        let bytes = Data(text.utf8)
        return PageFile(
            mediaType: mediaType(of: name), bytes: bytes, tag: "\"\(ContentHash.sha256(bytes).prefix(32))\"")
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
