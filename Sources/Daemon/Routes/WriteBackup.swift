import API

extension WriteBackup: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.backups.start(request)
    }
}
