import API

extension CheckHealth: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response { Response(status: "ok") }
}
