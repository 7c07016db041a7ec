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
        try await services.withActiveModel { active in
            try await services.calibrations.run(falseAccept: request.falseAccept, for: active.model)
            return services.calibrations.status(for: active.model)
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
    /// What is stored: the same values have the same bytes, and so the same identity.
    private struct Stored: Codable {
        let info: CalibrationReport
        /// By the characters' numbers.
        let radii: [String: Double]
    }

    /// The beginning of the SHA-256 of what is stored.
    let identity: String
    /// Identity of the model whose distances it knows.
    let model: String
    let info: CalibrationReport
    let madeAt: Date
    private let radii: [Int64: Double]

    /// - Throws: `bad_request` when the record is not of this version.
    init(_ record: CalibrationRecord, model: String) throws(APIError) {
        let stored = try JSON.decode(Stored.self, from: Data(record.value.utf8))
        identity = String(record.identity.prefix(12))
        self.model = model
        info = stored.info
        madeAt = record.madeAt
        radii = Dictionary(
            stored.radii.compactMap { key, radius in Int64(key).map { ($0, radius) } }, uniquingKeysWith: { $1 })
    }

    /// What is stored of a fit.
    static func record(
        _ info: CalibrationReport, radii: [(character: Int64, radius: Double)]
    ) throws(APIError) -> CalibrationRecord {
        let named = Dictionary(uniqueKeysWithValues: radii.map { (String($0.character), $0.radius) })
        let value = try JSON.encode(Stored(info: info, radii: named))
        return CalibrationRecord(
            identity: ContentHash.sha256(value), value: String(decoding: value, as: UTF8.self), madeAt: Date())
    }

    /// The distance to a character's mean beyond which a picture is not of it.
    func radius(of character: Int64) -> Double { radii[character] ?? info.commonRadius }
}

extension RateInfo {
    init(_ estimate: Estimate) {
        self.init(rate: estimate.mean, low: estimate.interval.lowerBound, high: estimate.interval.upperBound)
    }
}
