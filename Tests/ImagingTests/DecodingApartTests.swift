import Foundation
import Imaging
import Testing

/// The formats that a process of its own decodes.
@Suite struct DecodingApartTests {
    @Test(arguments: PictureFile.stills) func `a picture has its pixels`(name: String) throws {
        try PictureFile.needingDecoder(name) {
            let decoded = try Image.decode(PictureFile.bytes(name))
            #expect(decoded.format == PictureFile.format(name))
            try PictureFile.expectSame(decoded.image, as: name)
        }
    }

    @Test(arguments: PictureFile.samples) func `no beginning of a file passes for a whole one`(name: String) throws {
        let bytes = try PictureFile.bytes(name)
        _ = try PictureFile.needingDecoder(name) { try Image.decode(bytes) }
        for length in stride(from: 20, to: bytes.count - 24, by: max(1, bytes.count / 12)) {
            let error = #expect(throws: ImagingError.self, "\(length)") {
                try Image.decode(Array(bytes.prefix(length)))
            }
            #expect(error?.code != .decoderFailed, "\(length): \(error?.message ?? "")")
        }
        let half = #expect(throws: ImagingError.self) { try Image.decode(Array(bytes.prefix(bytes.count * 2 / 3))) }
        #expect(half?.code == .truncated, "\(half?.message ?? "")")
    }

    @Test(arguments: PictureFile.samples) func `damage is an error of that picture only`(name: String) throws {
        let bytes = try PictureFile.bytes(name)
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
            var damaged = bytes
            damaged[place] ^= 0xFF
            do throws(ImagingError) {
                _ = try Image.decode(damaged, limits: ImageLimits(bytes: 1 << 20, pixels: 1 << 20))
            } catch { #expect(!error.message.isEmpty) }
        }
    }

    @Test(arguments: PictureFile.all) func `the limit holds before memory is allocated`(name: String) throws {
        let bytes = try PictureFile.bytes(name)
        let small = ImageLimits(bytes: 1 << 20, pixels: 1199)
        try PictureFile.needingDecoder(name) {
            do {
                _ = try Image.frames(of: bytes, limits: small)
                Issue.record("\(name) was decoded")
            } catch let error as ImagingError where error.code != .noDecoder {
                #expect(error.code == .tooManyPixels && error.message.contains("the limit is 1199"), "\(error)")
            }
        }
        #expect(throws: ImagingError.self) { try Image.decode(bytes, limits: ImageLimits(bytes: 100, pixels: 1 << 20)) }
    }

    /// Files of a few bytes that claim to be enormous.
    @Test func `bombs are refused by their headers`() throws {
        func little(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 0xFF) } }
        let side = 20_000
        let bmp =
            Array("BM".utf8) + little(54, 4) + little(0, 4) + little(54, 4) + little(40, 4) + little(side, 4)
            + little(side, 4) + little(1, 2) + little(24, 2) + [UInt8](repeating: 0, count: 24)
        let gif =
            Array("GIF89a".utf8) + little(side, 2) + little(side, 2) + [0x80, 0, 0] + [0, 0, 0, 255, 255, 255]
            + [0x2C] + little(0, 4) + little(side, 2) + little(side, 2) + [0, 2, 2, 0x44, 0x01, 0, 0x3B]
        let entries = [
            (256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 1),
        ]
        let tiff =
            Array("II*\0".utf8) + little(8, 4) + little(entries.count, 2)
            + entries.flatMap { little($0.0, 2) + little(4, 2) + little(1, 4) + little($0.1, 4) } + little(0, 4)
        for (name, bytes) in [("BMP", bmp), ("GIF", gif), ("TIFF", tiff)] {
            try PictureFile.needingDecoder(name) {
                do {
                    _ = try Image.decode(bytes)
                    Issue.record("\(name) was decoded")
                } catch let error as ImagingError where error.code != .noDecoder {
                    #expect(error.code == .tooManyPixels && error.message.contains("20000×20000"), "\(name): \(error)")
                }
            }
        }
    }

    @Test func `a TIFF of another kind is refused by name`() throws {
        let bytes = try PictureFile.bytes("float.refused-tiff")
        let error = #expect(throws: ImagingError.self) { try Image.decode(bytes) }
        guard error?.code != .noDecoder else { try Test.cancel("\(error?.message ?? "")") }
        #expect(error?.code == .unsupported && error?.message.contains("32-bit samples") == true)
    }
}
