import Foundation
import Imaging
import Testing

@Suite struct DecodingTests {
    @Test(arguments: Golden.pictures) func `a picture decodes as in Pillow`(name: String) throws {
        let stem = name.split(separator: ".")[0]
        let golden = try #require(Golden.names.first { $0.hasPrefix("\(stem).") && $0.hasSuffix(".rgb") })
        let decoded = try Image.decode(Golden.bytes(name))
        #expect(Golden.difference(decoded.image, try Golden.pixels(golden)) <= 1)
    }

    @Test func `the content tells the format, not the name`() throws {
        for name in Golden.pictures {
            let expected: ImageFormat = name.hasSuffix("png") ? .png : name.hasSuffix("jpg") ? .jpeg : .webp
            #expect(try Image.decode(Golden.bytes(name)).format == expected)
        }
    }

    @Test(arguments: ["source.png", "jpeg-444.jpg", "webp-lossy.webp", "webp-lossless.webp"])
    func `no beginning of a file passes for a whole one`(name: String) throws {
        let bytes = try Golden.bytes(name)
        // The last bytes of a PNG and a WebP may be a checksum or padding that decoders do not need.
        for length in stride(from: 0, to: bytes.count - 24, by: 7) {
            #expect(throws: ImagingError.self) { try Image.decode(Array(bytes.prefix(length))) }
        }
    }

    @Test(arguments: Golden.pictures) func `damaged bytes never crash`(name: String) throws {
        let bytes = try Golden.bytes(name)
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
            for flip: UInt8 in [0x01, 0xFF] {
                var damaged = bytes
                damaged[place] ^= flip
                _ = try? Image.decode(damaged, limits: ImageLimits(bytes: 1 << 20, pixels: 1 << 20))
            }
        }
    }

    private func code(_ bytes: [UInt8], _ limits: ImageLimits = .standard) -> ImagingError.Code? {
        do throws(ImagingError) {
            _ = try Image.decode(bytes, limits: limits)
            return nil
        } catch { return error.code }
    }

    @Test func `files that are no pictures have different errors`() throws {
        #expect(code([]) == .empty)
        #expect(code(Array("just some text".utf8)) == .unknownFormat)
        let png = try Golden.bytes("source.png")
        #expect(code(png, ImageLimits(bytes: 100, pixels: 1 << 20)) == .tooLarge)
        for name in ["source.png", "jpeg-444.jpg", "webp-lossy.webp"] {
            #expect(code(try Golden.bytes(name), ImageLimits(bytes: 1 << 20, pixels: 1000)) == .tooManyPixels)
        }
        #expect(code(Array(try Golden.bytes("jpeg-444.jpg").prefix(900))) == .truncated)
        #expect(code(Array(png.prefix(png.count / 2))) == .truncated)
    }

    @Test func `a PNG written is a PNG read`() throws {
        let image = try Image.decode(Golden.bytes("source.png")).image
        #expect(try Image.decode(image.encodePNG()).image == image)
    }
}
