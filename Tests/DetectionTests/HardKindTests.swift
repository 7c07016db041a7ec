import Imaging
import Testing

@testable import Detection

/// Pictures made harder, with their faces' boxes.
@Suite struct HardKindTests {
    private static let face = BoxEdges(left: 60, top: 30, right: 100, bottom: 70)
    private static let other = BoxEdges(left: 10, top: 60, right: 30, bottom: 80)

    /// 160×120: a red square where the face is, blue elsewhere.
    private static let picture = Image(width: 160, height: 120, color: (20, 40, 200))
        .replacing(x: 60, y: 30, with: Image(width: 40, height: 40, color: (240, 30, 30)))

    private func color(_ image: Image, _ x: Double, _ y: Double) -> [UInt8] {
        let place = (Int(y) * image.width + Int(x)) * 3
        return Array(image.pixels[place..<place + 3])
    }

    @Test(arguments: HardKind.allCases) func `the face's box still holds the face`(kind: HardKind) throws {
        for name in ["a", "b", "c", "d"] {
            let made = kind.apply(to: Self.picture, boxes: [Self.other, Self.face], name: name)
            let (width, height) = (Double(made.image.width), Double(made.image.height))
            for box in made.boxes + made.ignored {
                #expect(box.area > 0 && box.clipped(width: width, height: height) == box)
            }
            let box = try #require(made.boxes.max { $0.area < $1.area })
            switch kind {
            case .gray, .screentone, .dark, .coarse: #expect(made.boxes == [Self.other, Self.face])
            default:
                let middle = color(made.image, box.centerX, box.centerY)
                #expect(middle[0] > 200 && middle[2] < 60, "\(kind) \(middle)")
            }
            let again = kind.apply(to: Self.picture, boxes: [Self.other, Self.face], name: name)
            #expect(again.image == made.image && again.boxes == made.boxes)
        }
    }

    @Test func `each way does what its name says`() throws {
        func made(_ kind: HardKind) -> HardKind.Variant {
            kind.apply(to: Self.picture, boxes: [Self.face], ignored: [Self.other], name: "a")
        }
        let gray = color(made(.gray).image, 80, 50)
        #expect(gray[0] == gray[1] && gray[1] == gray[2])
        #expect(color(made(.dark).image, 80, 50)[0] == 79)
        #expect(Set(made(.screentone).image.pixels) == [20, 245])
        #expect(made(.sideways).image.width == 120 && made(.sideways).image.height == 160)
        #expect(made(.coarse).image.width == 160 && made(.coarse).image != Self.picture)
        let edge = made(.edge)
        #expect(edge.boxes.count == 1 && abs(edge.boxes[0].width - 26) <= 1 && edge.boxes[0].height == 40)
        #expect(edge.boxes[0].left == 0 || abs(edge.boxes[0].right - Double(edge.image.width)) < 0.01)
        let (close, small) = (made(.close), made(.small))
        #expect(abs(close.boxes[0].side / Double(close.image.width) - 1 / 1.3) < 0.01)
        #expect(abs(small.boxes[0].side / Double(small.image.width) - 0.05) < 0.001)
        #expect(small.ignored.count == 1)
        // Turned by a quarter, the middle goes to the middle and the sides change places.
        let turned = made(.sideways).boxes[0]
        #expect([50.0, 70.0].contains { abs(turned.centerX - $0) < 0.01 })
    }
}
