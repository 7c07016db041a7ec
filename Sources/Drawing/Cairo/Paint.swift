/// What a shape is filled with.
enum Paint: Sendable {
    case solid(Color)
    /// From one point to another, colours at fractions of the way.
    case linear(from: Point, to: Point, stops: [(Double, Color)])
    /// Outwards from a centre, colours at fractions of the radius.
    case radial(center: Point, radius: Double, stops: [(Double, Color)])
}

/// How new colour meets what is already there.
enum Blend: Sendable {
    case over, multiply, screen, softLight
}
