import API
import Embedding

/// How far from each character's mean a picture may be to be answered.
struct Radii {
    private let calibration: Calibration?
    private let model: Model

    /// - Parameter calibration: the registry's own; nil where the model's values answer.
    init(_ model: Model, _ calibration: Calibration?) { (self.model, self.calibration) = (model, calibration) }

    /// By the registry's own calibration, or the model's; nil where that has none.
    func of(_ character: Int64) -> Double? { calibration?.radius(of: character) ?? model.radius.map(Double.init) }

    /// Of whoever is nearest where nobody is.
    var common: Double? { calibration?.info.commonRadius ?? model.radius.map(Double.init) }
}

extension ReviewedImage {
    /// - Parameters:
    ///   - distance: to the mean of its character's other images.
    ///   - radii: of its own character and of the other.
    init(image: Int64, distance: Float, other: ReviewNeighbor?, radii: (own: Double?, other: Double?)) {
        let isRight = Double(distance) <= other?.distance ?? .infinity
        let nearest = isRight ? Double(distance) : other?.distance ?? .infinity
        self.init(
            image: image, distance: Double(distance), other: other, right: isRight,
            unknown: (isRight ? radii.own : radii.other).map { nearest > $0 })
    }
}
