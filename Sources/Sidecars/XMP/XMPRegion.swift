import Foundation
import Geometry

/// A part of a picture, in shares of the width and the height of the pixels as the file stores them: EXIF's orientation is not applied.
/// The Metadata Working Group's regions are so, too.
struct RegionArea: Equatable {
    /// Of the center.
    let x, y: Double
    let width, height: Double

    init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// The area of a box in the upright picture.
    init(_ box: PixelBox, in size: PictureGeometry) {
        let (w, h) = (Double(box.width) / Double(size.width), Double(box.height) / Double(size.height))
        let upright = RegionArea(
            x: Double(box.left) / Double(size.width) + w / 2, y: Double(box.top) / Double(size.height) + h / 2,
            width: w, height: h)
        self = upright.turned(Self.inverse(size.orientation))
    }

    /// The box in the upright picture, rounded and cut at its edges; nil if nothing of it is inside.
    func box(in size: PictureGeometry) -> PixelBox? {
        let area = turned(size.orientation)
        let (w, h) = (Double(size.width), Double(size.height))
        let left = max(0, ((area.x - area.width / 2) * w).rounded())
        let top = max(0, ((area.y - area.height / 2) * h).rounded())
        let right = min(w, ((area.x + area.width / 2) * w).rounded())
        let bottom = min(h, ((area.y + area.height / 2) * h).rounded())
        guard right - left >= 1, bottom - top >= 1 else { return nil }
        return PixelBox(Int(left), Int(top), Int(right - left), Int(bottom - top))
    }

    /// 6 and 8 are quarter turns, to the right and to the left; every other orientation is its own inverse.
    private static func inverse(_ orientation: Int) -> Int { [6: 8, 8: 6][orientation] ?? orientation }

    /// The area after the stored pixels are turned by an orientation.
    private func turned(_ orientation: Int) -> RegionArea {
        switch orientation {
        case 2: RegionArea(x: 1 - x, y: y, width: width, height: height)
        case 3: RegionArea(x: 1 - x, y: 1 - y, width: width, height: height)
        case 4: RegionArea(x: x, y: 1 - y, width: width, height: height)
        case 5: RegionArea(x: y, y: x, width: height, height: width)
        case 6: RegionArea(x: 1 - y, y: x, width: height, height: width)
        case 7: RegionArea(x: 1 - y, y: 1 - x, width: height, height: width)
        case 8: RegionArea(x: y, y: 1 - x, width: height, height: width)
        default: self
        }
    }

    /// Intersection over union.
    func overlap(_ other: RegionArea) -> Double {
        let w = min(x + width / 2, other.x + other.width / 2) - max(x - width / 2, other.x - other.width / 2)
        let h = min(y + height / 2, other.y + other.height / 2) - max(y - height / 2, other.y - other.height / 2)
        guard w > 0, h > 0 else { return 0 }
        return w * h / (width * height + other.width * other.height - w * h)
    }

    /// The numbers as they are written: millionths, the same on every machine.
    var texts: (x: String, y: String, width: String, height: String) {
        (Self.text(x), Self.text(y), Self.text(width), Self.text(height))
    }

    private static func text(_ share: Double) -> String {
        let millionths = Int((min(1, max(0, share)) * 1_000_000).rounded())
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

/// A region of a face.
struct XMPRegion {
    /// Nil or empty if nobody is named.
    let name: String?
    let area: RegionArea
    /// Its item of the list.
    let item: XMLElement

    /// - Returns: nil if it is no face, or has no area that can be read.
    init?(_ item: XMLElement) {
        guard item.field(.regions("Type")).map({ $0.caseInsensitiveCompare("Face") == .orderedSame }) == true,
            let area = item.structure.elements(.regions("Area")).first
        else { return nil }
        let unit = area.field(.area("unit")) ?? "normalized"
        let numbers = ["x", "y", "w", "h"].compactMap { local in
            area.field(.area(local)).flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        }
        guard unit == "normalized", numbers.count == 4, numbers.allSatisfy({ (0...1).contains($0) }) else { return nil }
        self.area = RegionArea(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
        name = item.field(.regions("Name"))
        self.item = item
    }

    /// What AniWho notes of a region that it wrote.
    static func mark(_ name: String?, _ area: RegionArea) -> String {
        let texts = area.texts
        return "region:\(texts.x) \(texts.y) \(texts.width) \(texts.height):\(name ?? "")"
    }

    var mark: String { Self.mark(name, area) }
}
