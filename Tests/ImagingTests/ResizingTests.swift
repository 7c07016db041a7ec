import Imaging
import Testing

@Suite struct ResizingTests {
    @Test(arguments: Golden.names.filter { $0.hasPrefix("resize.") })
    func `resizing equals Pillow's`(name: String) throws {
        let source = try Image.decode(Golden.bytes("source.png")).image
        let golden = try Golden.pixels(name)
        #expect(Golden.difference(source.resized(width: golden.width, height: golden.height), golden) <= 1)
    }

    @Test func `crops and mirrors keep the pixels`() {
        let image = Image(width: 3, height: 2, pixels: (0..<18).map { UInt8($0) })
        #expect(image.cropped(x: 1, y: 1, width: 2, height: 1).pixels == [12, 13, 14, 15, 16, 17])
        #expect(image.mirrored().pixels == [6, 7, 8, 3, 4, 5, 0, 1, 2, 15, 16, 17, 12, 13, 14, 9, 10, 11])
        #expect(image.mirrored().mirrored() == image)
        #expect(image.centerCropped(size: 1).pixels == [3, 4, 5])
    }
}
