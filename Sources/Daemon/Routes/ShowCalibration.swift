import API

extension ShowCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        services.calibrations.status(for: try await services.models.active().model)
    }
}
