import API

extension RunCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.calibrations.run(falseAccept: request.falseAccept, for: active.model)
            return services.calibrations.status(for: active.model)
        }
    }
}
