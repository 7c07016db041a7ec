import API

extension WatchJob: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try await services.jobs.events(of: request.id).reader()
    }
}
