import API
import Embedding

/// For each character, the distance from its mean beyond which a picture is unknown.
struct Radii {
    private let calibration: Calibration?
    private let model: Model

    /// - Parameter calibration: the registry's own; nil to use the model's radius for all characters.
    init(_ model: Model, _ calibration: Calibration?) { (self.model, self.calibration) = (model, calibration) }

    /// A character's radius; nil if neither the registry's calibration nor the model has one.
    func of(_ character: Int64) -> Double? { calibration?.radius(of: character) ?? model.radius.map(Double.init) }

    /// The radius to report when no character is near, because none is enrolled or all are rejected.
    var common: Double? { calibration?.report.commonRadius ?? model.radius.map(Double.init) }
}

extension Services {
    /// T of the softmax over −distance / T to the characters' means: from the registry's calibration, or the model's.
    func meanTemperature(of model: Model) -> Float {
        calibrations.active(for: model).map { Float($0.report.temperature) } ?? model.temperature
    }

    /// The radii that answers use now.
    func radii(of model: Model) -> Radii { Radii(model, calibrations.active(for: model)) }
}
