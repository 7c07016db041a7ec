/// Names files that are no supported picture, so that an error can say what a file is.
enum ForeignFormat {
    /// What to do about a file.
    private enum Advice: String {
        case convert = "Convert it to PNG, JPEG or WebP"
        case lfs = "The picture itself is stored elsewhere: run 'git lfs pull'"
        case page = "The download returned a page instead of the picture: download it again"
        case unpack = "Unpack it first"
        case frame = "Give one of its frames as a picture"
        case none = ""
    }

    private struct Signature {
        let name: String
        let start: [UInt8]
        var place = 0
        var advice = Advice.none

        func matches(_ bytes: [UInt8]) -> Bool { bytes.dropFirst(place).starts(with: start) }
    }

    /// Why a file of no supported format cannot be used.
    static func refusal(of bytes: [UInt8]) -> ImagingError {
        let (name, advice) = kind(of: bytes)
        let code: ImagingError.Code = advice == .convert ? .unsupported : .unknownFormat
        let help = advice == .none ? "" : ". \(advice.rawValue)"
        return ImagingError(code, "the file is \(name), not a picture in a format that AniWho reads\(help)")
    }

    private static func kind(of bytes: [UInt8]) -> (name: String, advice: Advice) {
        if let known = signatures.first(where: { $0.matches(bytes) }) { return (known.name, known.advice) }
        if let media = media(bytes) { return media }
        if let text = text(bytes) { return text }
        if bytes.starts(with: Array("BM".utf8)) { return ("a BMP picture with a damaged header", .convert) }
        if bytes.allSatisfy({ $0 == 0 }) { return ("nothing but zero bytes", .none) }
        return ("of an unknown kind", .none)
    }

    private static func media(_ bytes: [UInt8]) -> (name: String, advice: Advice)? {
        let brands = MediaBrands(bytes)
        if brands.isEmpty { return nil }
        if brands.contain("miaf") { return ("a HEIF picture of an unknown kind", .convert) }
        if brands.contain("crx ") { return ("a raw picture of a camera (CR3)", .convert) }
        if brands.contain("qt  ") { return ("a QuickTime video", .frame) }
        return ("an MP4 video", .frame)
    }

    /// Text, by its first kilobyte; nil for anything else.
    private static func text(_ bytes: [UInt8]) -> (name: String, advice: Advice)? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return ("text (UTF-16)", .none) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3).prefix(1024) : bytes.prefix(1024)
        // Control characters do not occur in text, apart from tab, line feed, form feed, carriage return and escape.
        guard start.allSatisfy({ $0 >= 32 && $0 != 127 || [9, 10, 12, 13, 27].contains($0) }) else { return nil }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        let first = text.drop { $0.isWhitespace }
        if first.hasPrefix("version https://git-lfs.github.com/spec/") { return ("a Git LFS pointer", .lfs) }
        if first.contains("<svg") && first.hasPrefix("<") && !first.contains("<html") {
            return ("an SVG drawing", .convert)
        }
        let html = ["<!doctype html", "<html", "<head", "<body", "<script", "<title", "<meta", "<div"]
        if html.contains(where: first.hasPrefix) || first.contains("<html") { return ("an HTML page", .page) }
        if first.hasPrefix("<?xml") || first.hasPrefix("<!doctype") { return ("an XML document", .none) }
        if first.hasPrefix("{") || first.hasPrefix("[") { return ("JSON text", .page) }
        return ("text", .none)
    }

    private static func signature(_ name: String, _ start: String, at place: Int = 0, _ advice: Advice = .none)
        -> Signature
    {
        Signature(name: name, start: Array(start.utf8), place: place, advice: advice)
    }

    private static let signatures: [Signature] = [
        Signature(name: "a JPEG 2000 picture", start: [0, 0, 0, 12] + Array("jP  \r\n".utf8), advice: .convert),
        Signature(name: "a JPEG 2000 picture", start: [0xFF, 0x4F, 0xFF, 0x51], advice: .convert),
        Signature(name: "an MNG animation", start: [0x8A] + Array("MNG\r\n".utf8), advice: .convert),
        Signature(name: "a JNG picture", start: [0x8B] + Array("JNG\r\n".utf8), advice: .convert),
        Signature(name: "a PNG whose line ends were changed on its way", start: [0x89] + Array("PNG".utf8)),
        Signature(name: "an icon (ICO)", start: [0, 0, 1, 0], advice: .convert),
        Signature(name: "a cursor (CUR)", start: [0, 0, 2, 0], advice: .convert),
        signature("a Photoshop document", "8BPS", .convert),
        signature("a GIMP document", "gimp xcf", .convert),
        signature("a DDS texture", "DDS ", .convert),
        signature("a QOI picture", "qoif", .convert),
        Signature(name: "an OpenEXR picture", start: [0x76, 0x2F, 0x31, 0x01], advice: .convert),
        signature("a Netpbm picture", "P4\n", .convert),
        signature("a Netpbm picture", "P5\n", .convert),
        signature("a Netpbm picture", "P6\n", .convert),
        signature("a PDF document", "%PDF", .convert),
        signature("a PostScript document", "%!PS", .convert),
        Signature(name: "a video (WebM or Matroska)", start: [0x1A, 0x45, 0xDF, 0xA3], advice: .frame),
        signature("a video (AVI)", "AVI ", at: 8, .frame),
        signature("a sound (WAV)", "WAVE", at: 8),
        signature("a sound (MP3)", "ID3"),
        signature("a sound or video (Ogg)", "OggS", .frame),
        signature("a video (FLV)", "FLV\u{1}", .frame),
        Signature(name: "a video (MPEG)", start: [0, 0, 1, 0xBA], advice: .frame),
        Signature(name: "a ZIP archive", start: Array("PK".utf8) + [3, 4], advice: .unpack),
        Signature(name: "a RAR archive", start: Array("Rar!".utf8) + [0x1A, 7], advice: .unpack),
        Signature(name: "a 7z archive", start: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], advice: .unpack),
        Signature(name: "a gzip file", start: [0x1F, 0x8B], advice: .unpack),
        Signature(name: "a macOS side file without a picture (AppleDouble)", start: [0, 5, 0x16, 7]),
    ]
}
