import Geometry
import Testing

@testable import Sidecars

/// Boxes in upright pictures, and areas of stored pixels.
@Suite struct RegionAreaTests {
    /// The stored picture is 100×50 pixels, and the face its top left corner of 10×20. Where that corner is in the upright picture follows
    /// from EXIF's definition of each orientation.
    @Test(arguments: [
        (1, PixelBox(0, 0, 10, 20)), (2, PixelBox(90, 0, 10, 20)),
        (3, PixelBox(90, 30, 10, 20)), (4, PixelBox(0, 30, 10, 20)),
        (5, PixelBox(0, 0, 20, 10)), (6, PixelBox(30, 0, 20, 10)),
        (7, PixelBox(30, 90, 20, 10)), (8, PixelBox(0, 90, 20, 10)),
    ])
    func `an orientation turns the picture and its boxes`(orientation: Int, box: PixelBox?) {
        let isTurned = orientation >= 5
        let geometry = PictureGeometry(
            width: isTurned ? 50 : 100, height: isTurned ? 100 : 50, orientation: orientation)
        #expect(geometry.stored == (100, 50))
        let area = RegionArea(box, in: geometry)
        #expect(area.texts == ("0.050000", "0.200000", "0.100000", "0.400000"))
        #expect(area.box(in: geometry) == box)
    }

    @Test func `a box is cut at the edges, and none is left outside`() {
        let picture = PictureGeometry(width: 10, height: 10)
        #expect(
            RegionArea(x: 0, y: 0.5, width: 0.4, height: 2).box(in: picture)
                == PixelBox(0, 0, 2, 10))
        #expect(RegionArea(x: 1, y: 1, width: 0.01, height: 0.5).box(in: picture) == nil)
    }

    @Test func `overlap is intersection over union`() {
        let area = RegionArea(x: 0.25, y: 0.5, width: 0.5, height: 1)
        #expect(area.overlap(area) == 1)
        #expect(area.overlap(RegionArea(x: 0.5, y: 0.5, width: 1, height: 1)) == 0.5)
        #expect(area.overlap(RegionArea(x: 0.75, y: 0.5, width: 0.5, height: 1)) == 0)
    }
}
