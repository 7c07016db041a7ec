import Foundation
public import Imaging
import Randomness

/// Ways to make pictures with known faces harder, to measure a detector on what is rare in the pictures at hand. Each keeps the faces' boxes.
public enum HardKind: String, CaseIterable, Sendable {
    /// Without colors.
    case gray
    /// Printed in black dots, as manga is.
    case screentone
    /// At a third of the brightness.
    case dark
    /// Turned by 25° to either side.
    case turned
    /// On its side.
    case sideways
    /// Cut through the largest face, of which two thirds are left.
    case edge
    /// The largest face alone, filling most of the picture.
    case close
    /// On a plain picture, the largest face about a twentieth of the long side.
    case small
    /// Reduced to a third and enlarged again, then as JPEG of low quality.
    case coarse

    /// A picture with what is known of it.
    public struct Variant: Sendable {
        public let image: Image
        public let boxes, ignored: [BoxEdges]
    }

    /// The part of the largest face that `edge` leaves, the side that `small` gives it as a part of the picture's, and what `close` shows, as a
    /// multiple of the face's side.
    private static let seenPart = 0.65, smallPart = 0.05, closeView = 1.3
    /// The long side of the pictures that are made anew, in pixels.
    private static let side = 640

    /// The picture made harder.
    /// - Parameter name: the same name gives the same picture.
    public func apply(to image: Image, boxes: [BoxEdges], ignored: [BoxEdges] = [], name: String) -> Variant {
        var random = SplitMix64(seed: name.utf8.reduce(UInt64(5)) { $0 &* 31 &+ UInt64($1) })
        func same(_ image: Image) -> Variant { Variant(image: image, boxes: boxes, ignored: ignored) }
        func placed(_ placement: Placement, width: Int, height: Int) -> Variant {
            let blank = Image(width: width, height: height, color: (Letterbox.fill, Letterbox.fill, Letterbox.fill))
            return Self.seen(
                blank.pasting(image, placement), boxes.map { $0.placed(placement) },
                ignored.map { $0.placed(placement) })
        }
        let (width, height) = (Double(image.width), Double(image.height))
        var whole = Placement(sourceX: width / 2, sourceY: height / 2, x: width / 2, y: height / 2, scale: 1)
        let largest = boxes.max { $0.area < $1.area }
        let side = random.chance(0.5) ? 1.0 : -1
        switch self {
        case .gray: return same(image.grayscale())
        case .screentone: return same(image.screentone(period: max(3, max(width, height) / 160), angle: 0.7))
        case .dark: return same(image.brightness(0.33))
        case .coarse: return same(Self.coarse(image))
        case .turned:
            whole.angle = side * 25 * .pi / 180
            return placed(whole, width: image.width, height: image.height)
        case .sideways:
            whole.angle = side * .pi / 2
            (whole.x, whole.y) = (height / 2, width / 2)
            return placed(whole, width: image.height, height: image.width)
        case .edge:
            guard let largest else { return same(image) }
            // The picture ends left or right of a part of the face.
            let cut =
                side > 0 ? largest.left + Self.seenPart * largest.width : largest.right - Self.seenPart * largest.width
            let range = side > 0 ? 0..<Int(cut) : Int(cut)..<image.width
            guard range.count > 1 else { return same(image) }
            let part = image.cropped(x: range.lowerBound, y: 0, width: range.count, height: image.height)
            let shift = -Double(range.lowerBound)
            return Self.seen(
                part, boxes.map { $0.moved(x: shift, y: 0) }, ignored.map { $0.moved(x: shift, y: 0) })
        case .close, .small:
            guard let largest else { return same(image) }
            let size = Double(Self.side)
            let face = self == .close ? size / Self.closeView : size * Self.smallPart
            return placed(
                Placement(
                    sourceX: largest.centerX, sourceY: largest.centerY, x: size / 2, y: size / 2,
                    scale: face / largest.side), width: Self.side, height: Self.side)
        }
    }

    /// The boxes that can be asked for: of a face that is mostly outside the picture the seen part is ignored.
    private static func seen(_ image: Image, _ boxes: [BoxEdges], _ ignored: [BoxEdges]) -> Variant {
        let (width, height) = (Double(image.width), Double(image.height))
        var (faces, rest) = ([BoxEdges](), [BoxEdges]())
        for box in boxes {
            let part = box.clipped(width: width, height: height)
            if part.area >= 0.6 * box.area { faces.append(part) } else if part.area > 0 { rest.append(part) }
        }
        let places = ignored.map { $0.clipped(width: width, height: height) }.filter { $0.area > 0 }
        return Variant(image: image, boxes: faces, ignored: rest + places)
    }

    private static func coarse(_ image: Image) -> Image {
        let small = image.resized(width: max(1, image.width / 3), height: max(1, image.height / 3))
        guard let file = try? small.encodeJPEG(quality: 30), let decoded = try? Image.decode(file) else {
            preconditionFailure("libjpeg reads what it wrote")
        }
        return decoded.image.resized(width: image.width, height: image.height)
    }
}

extension FaceDetector {
    /// What the detector finds in a picture made harder, down to low scores. The kind is `made` and the way.
    public func measure(_ entry: FacePictures.Entry, _ image: Image, _ kind: HardKind) -> DetectionScores.Picture {
        let variant = kind.apply(to: image, boxes: entry.boxes, ignored: entry.ignored, name: entry.name)
        return measure(variant.boxes, variant.ignored, of: "made \(kind.rawValue)", in: variant.image)
    }
}
