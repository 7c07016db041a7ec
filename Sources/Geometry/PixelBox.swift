/// A box in whole pixels of an upright picture: at least one pixel wide and high, and not left of or above the picture. In JSON it is
/// `[left, top, width, height]`, as text `left,top,width,height`.
public struct PixelBox: Sendable, Hashable {
    public let left, top, width, height: Int

    /// The largest coordinate and side.
    public static let largest = 1 << 20
    /// Two boxes of one picture that overlap by so much (intersection over union) show the same face.
    private static let sameFace = 0.5

    /// - Returns: nil if these numbers are no box.
    public init?(_ left: Int, _ top: Int, _ width: Int, _ height: Int) {
        guard (0...Self.largest).contains(left), (0...Self.largest).contains(top),
            (1...Self.largest).contains(width), (1...Self.largest).contains(height)
        else { return nil }
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }

    public var right: Int { left + width }
    public var bottom: Int { top + height }
    public var area: Int { width * height }
    /// The numbers in the order of the JSON.
    public var values: [Int] { [left, top, width, height] }

    /// The shared area as a part of the area of both: intersection over union.
    public func overlap(_ other: PixelBox) -> Double {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        guard width > 0, height > 0 else { return 0 }
        return Double(width * height) / Double(area + other.area - width * height)
    }

    /// Whether both boxes, of one picture, show the same face. Those of two detectors, or of a detector and of a person, differ by some pixels.
    public func isSameFace(as other: PixelBox) -> Bool { overlap(other) >= Self.sameFace }

    /// Whether the box has no pixel outside a picture of this size.
    public func isInside(width: Int, height: Int) -> Bool { right <= width && bottom <= height }
}

extension PixelBox: LosslessStringConvertible {
    public var description: String { values.map { String($0) }.joined(separator: ",") }

    public init?(_ text: String) {
        self.init(values: text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) })
    }

    private init?(values: [Int?]) {
        guard values.count == 4, let left = values[0], let top = values[1], let width = values[2],
            let height = values[3]
        else { return nil }
        self.init(left, top, width, height)
    }
}

extension PixelBox: Codable {
    public init(from decoder: any Decoder) throws {
        let values = try [Int](from: decoder)
        guard let box = PixelBox(values: values) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a box is [left, top, width, height]"))
        }
        self = box
    }

    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
