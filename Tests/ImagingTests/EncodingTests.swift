import Imaging
import Testing

@Suite struct EncodingTests {
    /// A smooth gradient, which JPEG keeps well.
    private func gradient(width: Int, height: Int) -> Image {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { pixels += [UInt8(x * 255 / width), UInt8(y * 255 / height), 128] }
        }
        return Image(width: width, height: height, pixels: pixels)
    }

    @Test(arguments: [(96, 64), (1, 1), (17, 31)]) func `a JPEG decodes to nearly the same picture`(
        width: Int, height: Int
    )
        throws
    {
        let image = gradient(width: width, height: height)
        let decoded = try Image.decode(image.encodeJPEG(quality: 90))
        #expect(decoded.format == .jpeg && decoded.image.width == width && decoded.image.height == height)
        let differences = zip(image.pixels, decoded.image.pixels).map { abs(Int($0) - Int($1)) }
        #expect(differences.reduce(0, +) < 6 * differences.count)
    }

    @Test func `less quality makes a smaller file`() throws {
        let image = gradient(width: 96, height: 96)
        #expect(try image.encodeJPEG(quality: 20).count < image.encodeJPEG(quality: 95).count)
    }
}
