/// A face's box in whole pixels of the upright picture: at least one pixel, inside the picture.
public struct FaceBox: Sendable, Hashable {
    public let left, top, width, height: Int

    /// - Precondition: the box has a pixel, and begins inside the picture.
    public init(left: Int, top: Int, width: Int, height: Int) {
        precondition(
            left >= 0 && top >= 0 && width > 0 && height > 0, "\(width)×\(height) at \(left), \(top) is no box")
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }

    /// The whole pixels nearest to a box, inside a picture of this size.
    init(_ edges: BoxEdges, imageWidth: Int, imageHeight: Int) {
        func whole(_ value: Double, _ limit: Int) -> Int { min(max(Int(value.rounded()), 0), limit) }
        let left = whole(edges.left, imageWidth - 1)
        let top = whole(edges.top, imageHeight - 1)
        self.init(
            left: left, top: top, width: max(1, whole(edges.right, imageWidth) - left),
            height: max(1, whole(edges.bottom, imageHeight) - top))
    }

    public var area: Int { width * height }

    /// The box's edges.
    public var edges: BoxEdges {
        BoxEdges(left: Double(left), top: Double(top), right: Double(left + width), bottom: Double(top + height))
    }
}

/// A face that the detector found.
public struct DetectedFace: Sendable, Hashable {
    public let box: FaceBox
    /// The network's probability that a face is there, from 0 to 1.
    public let score: Double

    public init(box: FaceBox, score: Double) { (self.box, self.score) = (box, score) }
}
