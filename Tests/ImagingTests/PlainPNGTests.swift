import Randomness
import Testing

@testable import Imaging

/// The faster way of decoding a PNG against libpng, and what it leaves to libpng.
@Suite struct PlainPNGTests {
    /// Random bytes under all filters.
    private static func file(width: Int, height: Int, color: UInt8) -> PNGFile {
        var random = SplitMix64(seed: UInt64(width * height))
        let rows = (0..<height).flatMap { y in
            [UInt8(y % 5)]
                + (0..<width * (color == 2 ? 3 : 4)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 9) }
        }
        return PNGFile(width: width, height: height, color: color, rows: rows)
    }

    private func plain(_ file: PNGFile) -> Image? { PlainPNG.decode(file.bytes, limits: .standard) }

    @Test(arguments: [2, 6], [(1, 1), (2, 7), (53, 37), (200, 131)])
    func `it gives what libpng gives`(color: UInt8, size: (Int, Int)) throws {
        var file = Self.file(width: size.0, height: size.1, color: color)
        let expected = try PNGCodec.byLibpng(file.bytes, limits: .standard)
        #expect(plain(file) == expected)
        file.pieces = 3
        #expect(plain(file) == expected)
        file.before = [("tEXt", Array("Software\0x".utf8)), ("bKGD", [0, 9, 0, 9, 0, 9]), ("sRGB", [0])]
        file.after = [("tIME", [7, 233, 1, 1, 0, 0, 0])]
        #expect(plain(file) == expected)
        #expect(try PNGCodec.byLibpng(file.bytes, limits: .standard) == expected)
    }

    @Test(arguments: Golden.pictures.filter { $0.hasSuffix(".png") })
    func `pictures of a real encoder too`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let isPlain = ["source.png", "colors.png", "png-rgba.png"].contains(name)
        let expected = isPlain ? try PNGCodec.byLibpng(bytes, limits: .standard) : nil
        #expect(PlainPNG.decode(bytes, limits: .standard) == expected)
    }

    @Test func `other kinds are left to libpng`() throws {
        let file = Self.file(width: 9, height: 6, color: 2)
        var others = [file, file, file, file, file]
        others[0].before = [("gAMA", [0, 1, 0, 0])]
        others[1].before = [("tRNS", [0, 1, 0, 2, 0, 3])]
        others[2].before = [("PLTE", [1, 2, 3])]
        others[3].interlaced = true
        others[4].before = [("aBCd", [1])]
        for other in others { #expect(plain(other) == nil) }
        // Half transparent would be opaque if the chunk were overlooked.
        var transparent = file
        transparent.rows = [0] + [UInt8](repeating: 5, count: 3)
        (transparent.width, transparent.height) = (1, 1)
        #expect(try Image.decode(transparent.bytes).image.pixels == [5, 5, 5])
        transparent.before = [("tRNS", [0, 5, 0, 5, 0, 5])]
        #expect(try Image.decode(transparent.bytes).image.pixels == [255, 255, 255])
    }

    @Test func `what is odd is left to libpng`() throws {
        let file = Self.file(width: 40, height: 30, color: 2)
        var (torn, short, long, strange) = (file, file, file, file)
        (torn.pieces, torn.within) = (2, [("tIME", [7, 233, 1, 1, 0, 0, 0])])
        short.rows.removeLast()
        long.rows.append(0)
        strange.rows[0] = 5
        for odd in [torn, short, long, strange] { #expect(plain(odd) == nil) }
        let bytes = file.bytes
        // A flipped bit anywhere in a chunk fails its checksum; the checksum itself does too.
        for place in stride(from: 8, to: bytes.count, by: 13) {
            var damaged = bytes
            damaged[place] ^= 4
            #expect(PlainPNG.decode(damaged, limits: .standard) == nil)
        }
        for length in stride(from: 0, to: bytes.count, by: 11) {
            #expect(PlainPNG.decode(Array(bytes.prefix(length)), limits: .standard) == nil)
        }
        // The end mark before the picture, a header twice, and none at all.
        let signature = Array(bytes.prefix(8))
        let (header, rest) = (Array(bytes[8..<33]), Array(bytes[33...]))
        for wrong in [
            header + PNGFile.chunk("IEND", []) + rest, header + header + rest, rest,
            PNGFile.chunk("tEXt", [65, 0]) + header + rest,
        ] { #expect(PlainPNG.decode(signature + wrong, limits: .standard) == nil) }
    }

    @Test func `limits hold, and errors are libpng's`() {
        var file = Self.file(width: 40, height: 30, color: 6)
        #expect(PlainPNG.decode(file.bytes, limits: ImageLimits(bytes: 1 << 20, pixels: 1199)) == nil)
        #expect(throws: ImagingError.self) {
            try Image.decode(file.bytes, limits: ImageLimits(bytes: 1 << 20, pixels: 1199))
        }
        file.rows.removeLast(50)
        let error = #expect(throws: ImagingError.self) { try Image.decode(file.bytes) }
        #expect(error?.code == .truncated || error?.code == .damaged)
        // A header that claims much more than there is.
        (file.width, file.height) = (0, 30)
        #expect(plain(file) == nil)
        (file.width, file.height) = (8000, 8000)
        #expect(plain(file) == nil)
    }
}
