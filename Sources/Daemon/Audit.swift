import API
import Registry

extension ListAudit: Route {
    static var role: Role { .operator }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let limit = request.limit ?? maximumLimit
        // One more than asked for tells whether there is another page.
        let page = try await services.registry.audit(limit: limit + 1, since: request.since, before: request.before)
        return Response(changes: Array(page.prefix(limit)), next: page.count > limit ? page[limit - 1].id : nil)
    }
}
