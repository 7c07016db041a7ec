public import Geometry

/// A face that the detector found.
public struct DetectedFace: Sendable, Hashable {
    /// In pixels of the upright picture, inside it.
    public let box: PixelBox
    /// The network's probability that a face is there, from 0 to 1.
    public let score: Double

    public init(box: PixelBox, score: Double) { (self.box, self.score) = (box, score) }
}

extension PixelBox {
    /// The whole pixels nearest to a box, inside a picture of this size.
    init(_ edges: BoxEdges, imageWidth: Int, imageHeight: Int) {
        func whole(_ value: Double, _ limit: Int) -> Int { min(max(Int(value.rounded()), 0), limit) }
        let left = whole(edges.left, imageWidth - 1)
        let top = whole(edges.top, imageHeight - 1)
        let box = PixelBox(
            left, top, max(1, whole(edges.right, imageWidth) - left), max(1, whole(edges.bottom, imageHeight) - top))
        guard let box else { preconditionFailure("a picture of \(imageWidth) × \(imageHeight) pixels holds no box") }
        self = box
    }

    /// The box's edges.
    public var edges: BoxEdges {
        BoxEdges(left: Double(left), top: Double(top), right: Double(right), bottom: Double(bottom))
    }
}
