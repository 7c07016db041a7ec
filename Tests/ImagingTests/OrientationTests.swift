import Testing

@testable import Imaging

/// EXIF's orientation is applied in every format, however it is written. JPEG's usual form is compared with Pillow in `DecodingTests`.
@Suite struct OrientationTests {
    private func expect(
        _ bytes: [UInt8], _ upright: Image, _ exif: EXIFData, at location: SourceLocation = #_sourceLocation
    ) throws {
        let turned = upright.oriented(Int(exif.orientation))
        #expect(try Image.decode(bytes).image == turned, "\(exif)", sourceLocation: location)
    }

    @Test func `in JPEG`() throws {
        let bytes = try Golden.bytes("jpeg-444.jpg")
        let upright = try Image.decode(bytes).image
        for exif in EXIFData.all where exif.hasPrefix {
            let segment = JPEGFile.segment(0xE1, exif.bytes)
            try expect(bytes[..<2] + segment + bytes[2...], upright, exif)
            // After another program's segment of the same marker, and after bytes that belong to nothing.
            let other = JPEGFile.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
            try expect(bytes[..<20] + other + [0, 1] + segment + bytes[20...], upright, exif)
        }
    }

    @Test func `in PNG, before and after the picture's data`() throws {
        // The picture, and its gray of 16 bits, which libpng reads.
        var (file, gray) = (
            PNGFile(width: 2, height: 3, color: 2, rows: []),
            PNGFile(width: 2, height: 3, depth: 16, color: 0, rows: [])
        )
        for row in 0..<3 {
            file.rows += [0, 1, 2, 3, 4, 5, 6].map { (value: UInt8) -> UInt8 in value * UInt8(10 + row) }
            gray.rows += [0, 1, 2, 3, 4].map { (value: UInt8) -> UInt8 in value * UInt8(20 + row) }
        }
        for file in [file, gray] {
            let upright = try Image.decode(file.bytes).image
            for exif in EXIFData.all {
                var (before, after) = (file, file)
                before.before = [("eXIf", exif.bytes)]
                try expect(before.bytes, upright, exif)
                after.after = [("eXIf", exif.bytes)]
                try expect(after.bytes, upright, exif)
            }
        }
    }

    @Test func `damaged EXIF data turns nothing`() throws {
        var file = PNGFile(width: 2, height: 1, color: 2, rows: [0, 1, 2, 3, 4, 5, 6])
        let upright = try Image.decode(file.bytes).image
        let exif = EXIFData(orientation: 6).bytes
        for length in 0..<exif.count - 6 {
            file.before = [("eXIf", Array(exif.prefix(length)))]
            #expect(try Image.decode(file.bytes).image == upright)
        }
        for orientation: UInt8 in [0, 9, 255] {
            file.before = [("eXIf", EXIFData(orientation: orientation).bytes)]
            #expect(try Image.decode(file.bytes).image == upright)
        }
    }

    @Test(arguments: ["webp-lossy.webp", "webp-lossless.webp"]) func `in WebP`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let upright = try Image.decode(bytes).image
        let picture = WebPParts.chunks(bytes)
        for exif in EXIFData.all {
            let file = WebPParts.file(upright, flags: 0x08, picture + WebPParts.chunk("EXIF", exif.bytes))
            try expect(file, upright, exif)
        }
        // Cut off, it would turn nothing and say nothing.
        let exif = EXIFData(orientation: 6)
        let file = WebPParts.file(upright, flags: 0x08, picture + WebPParts.chunk("EXIF", exif.bytes))
        for lost in [1, 20, exif.bytes.count + 8] {
            let error = #expect(throws: ImagingError.self) { try Image.decode(Array(file.dropLast(lost))) }
            #expect(error?.code == .truncated)
        }
    }
}

/// WebP files from their chunks.
enum WebPParts {
    static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let padding: [UInt8] = body.count % 2 == 0 ? [] : [0]
        return Array(name.utf8) + number(body.count, 4) + body + padding
    }

    /// The chunks of a file.
    static func chunks(_ file: [UInt8]) -> [UInt8] { Array(file.dropFirst(12)) }

    /// A file of the extended format, whose canvas has the size of a picture.
    static func file(_ canvas: Image, flags: UInt8, _ chunks: [UInt8]) -> [UInt8] {
        let size = number(canvas.width - 1, 3) + number(canvas.height - 1, 3)
        let header = chunk("VP8X", [flags, 0, 0, 0] + size)
        let body = Array("WEBP".utf8) + header + chunks
        return Array("RIFF".utf8) + number(body.count, 4) + body
    }

    /// A frame of an animation.
    static func frame(_ image: Image, x: Int = 0, y: Int = 0, _ picture: [UInt8]) -> [UInt8] {
        var body = number(x / 2, 3) + number(y / 2, 3)
        body += number(image.width - 1, 3) + number(image.height - 1, 3)
        body += number(100, 3) + [0] + picture
        return chunk("ANMF", body)
    }

    static let animation = chunk("ANIM", [0, 0, 0, 0, 0, 0])

    static func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
}
