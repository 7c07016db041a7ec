import API
import Registry

extension ListCharacters: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let limit = request.limit ?? maximumLimit
        // One more than asked for tells whether there is another page.
        let page = try await services.registry.characters(after: request.after, limit: limit + 1, tag: request.tag)
        return Response(
            characters: page.prefix(limit).map { CharacterSummary($0) },
            next: page.count > limit ? page[limit - 1].name : nil)
    }
}
