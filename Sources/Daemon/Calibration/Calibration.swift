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

extension RunCalibration: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let rate = request.falseAccept.map { String($0) } ?? ""
        return try await services.fits("calibration \(rate) \(try await services.state())") { _ in
            try await services.withActiveModel { active in
                try await services.calibrations.run(falseAccept: request.falseAccept, for: active.model)
                return services.calibrations.status(for: active.model)
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
    /// The JSON that the registry stores: equal values give equal bytes, and so an equal identity.
    private struct Content: Codable {
        let info: CalibrationReport
        /// By the characters' numbers.
        let radii: [String: Double]
    }

    /// The first twelve digits of the SHA-256 of the JSON.
    let identity: String
    /// The identity of the model that computes the distances.
    let model: String
    let report: CalibrationReport
    let madeAt: Date
    private let radii: [Int64: Double]

    /// - Throws: `bad_request` when this version cannot read the JSON.
    init(_ stored: StoredCalibration, model: String) throws(APIError) {
        let content = try JSON.decode(Content.self, from: Data(stored.value.utf8))
        identity = String(stored.identity.prefix(12))
        self.model = model
        report = content.info
        madeAt = stored.madeAt
        radii = Dictionary(
            content.radii.compactMap { key, radius in Int64(key).map { ($0, radius) } }, uniquingKeysWith: { $1 })
    }

    /// What the registry is to store of a fit.
    static func stored(
        _ report: CalibrationReport, radii: [(character: Int64, radius: Double)]
    ) throws(APIError) -> StoredCalibration {
        let named = Dictionary(uniqueKeysWithValues: radii.map { (String($0.character), $0.radius) })
        let value = try JSON.encode(Content(info: report, radii: named))
        return StoredCalibration(
            identity: ContentHash.sha256(value), value: String(decoding: value, as: UTF8.self), madeAt: Date())
    }

    /// The distance from a character's mean beyond which a picture is unknown.
    func radius(of character: Int64) -> Double { radii[character] ?? report.commonRadius }
}
