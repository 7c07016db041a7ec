import API

extension ReadBundle: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.bundles.read(request)
    }
}
