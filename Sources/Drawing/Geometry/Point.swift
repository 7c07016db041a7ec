import Foundation

/// A point or displacement of the drawing: x to the right, y down, the face's center at the origin and half its
/// width close to 1.
struct Point: Equatable, Sendable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    static let zero = Point(0, 0)

    var length: Double { (x * x + y * y).squareRoot() }

    static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y) }
    static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y) }
    static func * (point: Point, factor: Double) -> Point { Point(point.x * factor, point.y * factor) }

    /// The point a fraction `t` of the way to `other`.
    func toward(_ other: Point, _ t: Double) -> Point { self + (other - self) * t }

    /// This displacement turned by an angle in radians, clockwise as seen with y down.
    func rotated(_ angle: Double) -> Point {
        Point(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))
    }

    /// The point mirrored to the other side of the face.
    var mirrored: Point { Point(-x, y) }
}
