/// The geometry of one open eye in the frontal drawing. Its own coordinates: u from -1 at the inner corner to 1 at the
/// outer, v from -1 at the top to 1 at the bottom.
struct EyeShape {
    let side: Double
    let center: Point
    let width: Double
    let height: Double
    private let slant: Double
    /// How far down the upper lid hangs, in v.
    private let droop: Double

    init(stage: Stage, side: Double, state: Expression.Eyes) {
        let eyes = stage.design.eyes
        let face = stage.design.face
        let scale = stage.depiction.pose.eyeScale * (face.mature ? 0.9 : 1.04)
        self.side = side
        center = Point(side * face.eyeDistance, face.eyeLevel)
        width = eyes.width * scale
        let opening = state == .wide ? 1.12 : 1.0
        height = eyes.height * scale * opening * (face.mature ? 0.88 : 1)
        slant = eyes.slant
        let angry = stage.depiction.expression.brows == .angry ? 0.15 : 0
        droop = (state == .half ? 0.45 : 0) + eyes.droop + angry
    }

    func at(_ u: Double, _ v: Double) -> Point {
        center + Point(side * u * width, v * height - slant * u)
    }

    /// A point of the upper lid's edge; it peaks a little inside the middle.
    func upper(_ u: Double) -> Point {
        let arch = 1 - abs(u) * abs(u) * abs(u)
        return at(u, -(1 - droop) * arch + 0.1 * (1 - arch) - (u > 0 ? 0.06 * u : 0))
    }

    /// A point of the lower lid's edge, flatter than the upper.
    func lower(_ u: Double) -> Point {
        let arch = 1 - u * u
        return at(u, 0.92 * arch.squareRoot() * 0.95 + 0.1 * (1 - arch))
    }

    /// The outline between the lids.
    var opening: Path {
        let above = stride(from: -1.0, through: 1.0, by: 0.25).map(upper)
        let below = stride(from: 0.75, through: -0.75, by: -0.25).map(lower)
        return Path(smooth: above + below, closed: true)
    }

    /// The dark band of lashes along the upper lid, heavier outwards, ending in a wing.
    func upperLid(thickness: Double) -> Path {
        let steps = stride(from: -1.0, through: 1.0, by: 0.25)
        let inner = steps.map { upper($0) + Point(0, 0.012) }
        let outer = steps.map { u in upper(u) + Point(0, -thickness * (0.55 + 0.45 * (u + 1) / 2)) }
        let wing = at(1.22, -0.02)
        return Path(smooth: inner + [wing] + outer.reversed(), closed: true)
    }
}
