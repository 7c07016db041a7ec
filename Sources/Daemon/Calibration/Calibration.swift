import API
import Embedding
import FewShot
import Foundation
import Registry

extension ShowCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        services.calibrations.status(for: try await services.models.active().model)
    }
}

extension RunCalibration: WorkRoute {
    static var kind: JobKind { .calibrate }

    static func start(_ request: Request, _ services: Services) async throws -> WorkFeed {
        let rate = request.falseAccept.map { String($0) } ?? ""
        let question = "calibration \(rate) \(try await services.state())"
        return services.fits.feed("calibrating", of: question, services.log) { _ in
            try await services.calibrated(falseAccept: request.falseAccept)
        }
    }
}

extension Services {
    /// Calibrates on what is enrolled.
    /// - Parameter rate: the share of strangers that may be named; nil for the one chosen last.
    func calibrated(falseAccept rate: Double? = nil) async throws -> ShowCalibration.Response {
        try await withActiveModel { active in
            try await calibrations.run(falseAccept: rate, for: active.model)
            return calibrations.status(for: active.model)
        }
    }
}

extension TryCalibration: Route {
    static var effect: Effect { .computes }
    static var work: RouteWork { .long }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let rate = request.falseAccept.map { String($0) } ?? ""
        return try await services.fits("trial \(rate) \(try await services.state())") { _ in
            try await services.withActiveModel { active in
                try await services.calibrations.trial(falseAccept: request.falseAccept, for: active.model)
            }
        }
    }
}

extension ResetCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.calibrations.reset()
        return services.calibrations.status(for: try await services.models.active().model)
    }
}

/// A calibration on the registry's own pictures, as answers use it.
struct Calibration: Sendable {
    /// The first twelve digits of the SHA-256 of the JSON.
    let identity: String
    /// The identity of the model that computes the embeddings.
    let model: String
    let report: CalibrationReport
    let madeAt: Date

    /// - Throws: `bad_request` when this version cannot read the JSON.
    init(_ stored: StoredCalibration, model: String) throws(APIError) {
        report = try JSON.decode(CalibrationReport.self, from: Data(stored.value.utf8))
        identity = String(stored.identity.prefix(12))
        self.model = model
        madeAt = stored.madeAt
    }

    /// What the registry is to store of a fit: equal reports give equal bytes, and so an equal identity.
    static func stored(_ report: CalibrationReport) throws(APIError) -> StoredCalibration {
        let value = try JSON.encode(report)
        return StoredCalibration(
            identity: ContentHash.sha256(value), value: String(decoding: value, as: UTF8.self), madeAt: Date())
    }
}
