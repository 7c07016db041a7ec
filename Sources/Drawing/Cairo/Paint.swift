/// The fill of a shape.
enum Paint: Sendable {
    case solid(Color)
    /// From one point to another, colors at fractions of the way.
    case linear(from: Point, to: Point, stops: [(Double, Color)])
    /// Outwards from a center, colors at fractions of the radius.
    case radial(center: Point, radius: Double, stops: [(Double, Color)])
}

/// How a new color combines with the color below.
enum Blend: Sendable {
    case over, multiply, screen, softLight
}
