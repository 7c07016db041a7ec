import API

extension ResetCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.calibrations.reset()
        return services.calibrations.status(for: try await services.models.active().model)
    }
}
