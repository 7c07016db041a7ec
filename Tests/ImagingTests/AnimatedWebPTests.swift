import Testing

@testable import Imaging

/// An animation is a picture: its first frame.
@Suite struct AnimatedWebPTests {
    @Test(arguments: ["webp-lossy.webp", "webp-lossless.webp", "webp-alpha.webp"])
    func `one frame is a picture`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let still = try Image.decode(bytes).image
        var picture = WebPParts.chunks(bytes)
        // A file of the extended format: the frame has its chunks without the header.
        if picture.starts(with: Array("VP8X".utf8)) { picture.removeFirst(18) }
        let frame = WebPParts.frame(still, picture)
        let file = WebPParts.file(still, flags: 0x12, WebPParts.animation + frame)
        #expect(try Image.decode(file).image == still)
        let exif = EXIFData(orientation: 6)
        let turned = WebPParts.file(
            still, flags: 0x1A, WebPParts.animation + frame + WebPParts.chunk("EXIF", exif.bytes))
        #expect(try Image.decode(turned).image == still.oriented(6))
    }

    @Test func `a frame smaller than its canvas lies on white`() throws {
        let bytes = try Golden.bytes("webp-lossless.webp")
        let still = try Image.decode(bytes).image
        let canvas = Image(
            width: still.width + 10, height: still.height + 6,
            pixels: [UInt8](repeating: 255, count: (still.width + 10) * (still.height + 6) * 3))
        let frame = WebPParts.frame(still, x: 8, y: 4, WebPParts.chunks(bytes))
        let image = try Image.decode(WebPParts.file(canvas, flags: 0x02, WebPParts.animation + frame)).image
        #expect(image.width == canvas.width && image.height == canvas.height)
        #expect(image.cropped(x: 8, y: 4, width: still.width, height: still.height) == still)
        #expect(image.cropped(x: 0, y: 0, width: 8, height: image.height).pixels.allSatisfy { $0 == 255 })
        let outside = WebPParts.frame(still, x: 12, y: 0, WebPParts.chunks(bytes))
        let error = #expect(throws: ImagingError.self) {
            try Image.decode(WebPParts.file(canvas, flags: 0x02, WebPParts.animation + outside))
        }
        #expect(error?.code == .damaged)
    }

    @Test func `of several frames it is the first; none and half of one are refused`() throws {
        let bytes = try Golden.bytes("webp-lossless.webp")
        let still = try Image.decode(bytes).image
        let frame = WebPParts.frame(still, WebPParts.chunks(bytes))
        func code(_ bytes: [UInt8]) -> ImagingError.Code? {
            do throws(ImagingError) {
                _ = try Image.decode(bytes)
                return nil
            } catch { return error.code }
        }
        let other = WebPParts.frame(still, WebPParts.chunks(try Golden.bytes("webp-lossy.webp")))
        #expect(
            try Image.decode(WebPParts.file(still, flags: 0x02, WebPParts.animation + frame + other)).image == still)
        #expect(code(WebPParts.file(still, flags: 0x02, WebPParts.animation)) == .damaged)
        let whole = WebPParts.file(still, flags: 0x02, WebPParts.animation + frame)
        for length in stride(from: 40, to: whole.count - 1, by: 11) {
            #expect(code(Array(whole.prefix(length))) == .truncated)
        }
    }
}
