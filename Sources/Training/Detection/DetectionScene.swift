import Detection
import Imaging

/// A training picture with its faces, in its own pixels.
struct DetectionScene: Sendable {
    struct Face: Sendable {
        /// The part of the box that is inside the picture.
        let box: BoxEdges
        /// Whether the box is exact enough to learn from. Of a pasted crop without a known box only the center is.
        let isExact: Bool
    }

    var image: Image
    var faces: [Face] = []
    /// Places that may hold a face or not: faces that are mostly cut off, or too small.
    var ignored: [BoxEdges] = []

    /// A face of which less is seen is ignored.
    private static let leastSeen = 0.5
    /// Smaller faces are ignored, in pixels.
    private static let leastSide = 10.0

    /// Adds a place that may hold a face or not.
    mutating func ignore(_ place: BoxEdges) {
        let seen = place.clipped(width: Double(image.width), height: Double(image.height))
        if seen.area > 0 { ignored.append(seen) }
    }

    /// Adds a face that the picture may cut off.
    mutating func add(_ box: BoxEdges, isExact: Bool) {
        let seen = box.clipped(width: Double(image.width), height: Double(image.height))
        guard seen.area > 0 else { return }
        if seen.area < Self.leastSeen * box.area || box.side < Self.leastSide {
            ignored.append(seen)
        } else {
            faces.append(Face(box: seen, isExact: isExact))
        }
    }
}
