import Imaging
import Testing

/// An error calls a file that is no supported picture by its name.
@Suite struct ForeignFormatTests {
    private func error(_ bytes: [UInt8]) -> ImagingError? {
        do throws(ImagingError) {
            _ = try Image.decode(bytes)
            return nil
        } catch { return error }
    }

    private static func media(_ brand: String, _ compatible: String...) -> [UInt8] {
        let brands = Array("ftyp\(brand)\0\0\0\0\(compatible.joined())".utf8)
        return [0, 0, 0, UInt8(brands.count + 4)] + brands + [0, 0, 0, 8]
    }

    private static let binary: [UInt8] = [0, 1, 2, 3, 200, 0, 0, 0, 9]

    private static let pictures: [(String, [UInt8])] = [
        ("HEIF", media("xxxx", "miaf")), ("BMP", Array("BM".utf8) + binary),
        ("JPEG 2000", [0, 0, 0, 12] + Array("jP  \r\n".utf8) + [0x87, 0x0A]), ("PDF", Array("%PDF-1.7\n".utf8)),
        ("SVG", Array("<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>".utf8)), ("SVG", Array("\n <svg>".utf8)),
        ("ICO", [0, 0, 1, 0, 1] + binary), ("Photoshop", Array("8BPS".utf8) + binary),
    ]

    @Test func `the content tells the format`() {
        let binary = Self.binary
        let known: [(ImageFormat, [UInt8])] = [
            (.gif, Array("GIF89a".utf8) + binary), (.gif, Array("GIF87a".utf8) + binary),
            (.avif, Self.media("avif", "mif1", "miaf")), (.avif, Self.media("mif1", "avif")),
            (.heic, Self.media("heic", "mif1")), (.heic, Self.media("mif1", "heic")), (.heic, Self.media("mif1")),
            (.bmp, Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [40, 0, 0, 0]),
            (.tiff, Array("II*\0".utf8) + binary), (.tiff, Array("MM\0*".utf8) + binary),
            (.tiff, Array("II+\0".utf8) + binary), (.jxl, [0xFF, 0x0A] + binary),
            (.jxl, [0, 0, 0, 12] + Array("JXL \r\n".utf8) + [0x87, 0x0A]),
        ]
        for (format, bytes) in known { #expect(ImageFormat.detect(bytes) == format, "\(format)") }
    }

    @Test func `pictures of other formats are not supported`() {
        for (name, bytes) in Self.pictures {
            let error = error(bytes)
            #expect(
                error?.code == .unsupported && error?.message.contains(" \(name)") == true
                    || error?.message.contains("(\(name))") == true, "\(name): \(error?.message ?? "decoded")")
            #expect(error?.message.contains("Convert it to PNG") == true)
        }
    }

    private static let others: [(String, [UInt8])] = [
        ("HTML page", Array("<!DOCTYPE html>\n<html>".utf8)), ("HTML page", Array("\u{FEFF}\r\n <HTML lang=en>".utf8)),
        ("HTML page", Array("<!-- error --><html><body><svg></svg>".utf8)),
        ("Git LFS pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8)),
        ("JSON", Array("{\"error\": \"not found\"}".utf8)), ("XML", Array("<?xml version=\"1.0\"?><a/>".utf8)),
        ("text", Array("just some text".utf8)), ("text", Array("BMW and other cars".utf8)),
        ("text", Array("画像ではありません".utf8)), ("UTF-16", [0xFF, 0xFE, 0x41, 0]),
        ("zero bytes", [UInt8](repeating: 0, count: 100)), ("MP4 video", media("isom", "mp42")),
        ("QuickTime video", media("qt  ")), ("Matroska", [0x1A, 0x45, 0xDF, 0xA3] + binary),
        ("ZIP", Array("PK".utf8) + [3, 4] + binary), ("gzip", [0x1F, 0x8B] + binary),
        ("AVI", Array("RIFF".utf8) + [1, 0, 0, 0] + Array("AVI ".utf8) + binary),
        ("AppleDouble", [0, 5, 0x16, 7] + binary),
        ("line ends", [0x89] + Array("PNG\n\u{1A}\n".utf8) + binary), ("unknown kind", [7, 8, 9, 200, 201]),
    ]

    @Test func `other files are called by their names`() {
        for (name, bytes) in Self.others {
            let error = error(bytes)
            #expect(
                error?.code == .unknownFormat && error?.message.contains(name) == true,
                "\(name): \(error?.message ?? "decoded")")
        }
        #expect(error([])?.message == "the file is empty")
    }

    @Test func `advice says what to do`() {
        #expect(
            error(Array("version https://git-lfs.github.com/spec/v1\n".utf8))?.message.contains("git lfs pull") == true)
        #expect(error(Array("<html>".utf8))?.message.contains("download") == true)
    }
}
