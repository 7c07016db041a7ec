import Foundation

/// Turns the frontal drawing towards a three-quarter view: each point is given a depth by the surface it lies on,
/// the head is turned, and the result is seen from straight ahead.
struct Projection: Sendable {
    /// What a point lies on, which decides how far it is from the axis the head turns about.
    enum Surface: Sendable {
        /// The front of the face: eyes, nose, mouth.
        case face
        /// The face's outline: flat at the temples, forward at the chin.
        case jaw
        /// The outside of the hair on the skull.
        case hair
        /// A sheet parallel to the picture at this depth, negative behind the head.
        case sheet(Double)
    }

    /// Turn to the right, in radians.
    var yaw: Double
    /// Nod downwards, in radians.
    var pitch: Double

    func callAsFunction(_ point: Point, on surface: Surface) -> Point {
        let depth = Self.depth(of: point, on: surface)
        return Point(
            point.x * cos(yaw) + depth * sin(yaw),
            point.y * cos(pitch) + depth * sin(pitch))
    }

    private static func depth(of point: Point, on surface: Surface) -> Double {
        switch surface {
        case .face:
            return 0.72 * max(0, 1 - (point.x / 1.15) * (point.x / 1.15)).squareRoot()
        case .jaw:
            let t = min(max((point.y - 0.05) / 0.95, 0), 1)
            return 0.5 * t * t * (3 - 2 * t)
        case .hair:
            let fall = 1 - 0.25 * min(max(-point.y - 0.6, 0), 1)
            return 0.78 * fall * max(0, 1 - (point.x / 1.2) * (point.x / 1.2)).squareRoot()
        case .sheet(let depth):
            return depth
        }
    }
}
