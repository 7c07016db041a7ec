public import Imaging

/// A box by its edges, in pixels from the top left corner of a picture. Edges may be fractions and lie outside the picture.
public struct BoxEdges: Sendable, Equatable, Codable {
    public var left, top, right, bottom: Double

    public init(left: Double, top: Double, right: Double, bottom: Double) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    /// A square around a point.
    public init(centerX: Double, centerY: Double, side: Double) {
        self.init(
            left: centerX - side / 2, top: centerY - side / 2, right: centerX + side / 2, bottom: centerY + side / 2)
    }

    public var width: Double { right - left }
    public var height: Double { bottom - top }
    public var centerX: Double { (left + right) / 2 }
    public var centerY: Double { (top + bottom) / 2 }
    /// The side of the square of the same area.
    public var side: Double { area.squareRoot() }
    /// 0 for a box without pixels.
    public var area: Double { max(width, 0) * max(height, 0) }

    /// The box at another place.
    public func moved(x: Double, y: Double) -> BoxEdges {
        BoxEdges(left: left + x, top: top + y, right: right + x, bottom: bottom + y)
    }

    /// The box in a picture that its own picture is placed in: upright and of the same proportions, around where the center goes, because a face's
    /// square stands for the face also when the face is turned.
    public func placed(_ placement: Placement) -> BoxEdges {
        let center = placement.result(ofX: centerX, y: centerY)
        let (across, down) = (width * placement.scale / 2, height * placement.scale / 2)
        return BoxEdges(
            left: center.x - across, top: center.y - down, right: center.x + across, bottom: center.y + down)
    }

    /// The part inside a picture of this size; its area is 0 if there is none.
    public func clipped(width: Double, height: Double) -> BoxEdges {
        BoxEdges(
            left: min(max(left, 0), width), top: min(max(top, 0), height), right: min(max(right, 0), width),
            bottom: min(max(bottom, 0), height))
    }

    /// The area that two boxes share.
    public func intersection(_ other: BoxEdges) -> Double {
        max(0, min(right, other.right) - max(left, other.left))
            * max(0, min(bottom, other.bottom) - max(top, other.top))
    }

    /// The shared area as a part of the area of both: intersection over union. 0 if neither has any pixels.
    public func overlap(_ other: BoxEdges) -> Double {
        let shared = intersection(other)
        let union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }

    /// Whether at least half of the box, or of the place, is shared with the other.
    func touches(_ place: BoxEdges) -> Bool { intersection(place) >= 0.5 * min(area, place.area) && area > 0 }

    /// Whether the box is all but hidden in a larger one: three quarters of the smaller one are shared.
    func isNested(_ other: BoxEdges) -> Bool {
        let smaller = min(area, other.area)
        return smaller > 0 && intersection(other) > 0.75 * smaller
    }
}
