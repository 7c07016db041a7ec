import API

extension FetchOpenAPI: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response { try document.get() }

    /// Made once, by the first who asks.
    private static let document = Result {
        var document = OpenAPIDocument()
        for entry in routeTable { try entry.describe(&document) }
        return document.json
    }
}
