/// The formats that can be read. A file's first bytes decide its format, never its name.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png, jpeg, webp, gif, avif, heic, jxl, bmp, tiff

    /// The value for `Content-Type`.
    public var mediaType: String { "image/\(rawValue)" }

    /// The format's name in a sentence.
    public var name: String {
        switch self {
        case .webp: "WebP"
        case .jxl: "JPEG XL"
        default: rawValue.uppercased()
        }
    }

    /// The usual endings of the format's file names, without the dot and in small letters; the first is the most usual one.
    public var endings: [String] {
        switch self {
        case .png: ["png", "apng"]
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .webp, .gif, .avif, .jxl: [rawValue]
        case .heic: ["heic", "heif", "hif"]
        case .bmp: ["bmp", "dib"]
        case .tiff: ["tif", "tiff"]
        }
    }

    /// The endings of all formats.
    public static let endings = Set(allCases.flatMap(\.endings))

    /// Whether a file's name ends as pictures' names do. The format of a picture is read from its content later.
    public static func isPictureName(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
        return endings.contains(name[name.index(after: dot)...].lowercased())
    }

    /// Whether a process of its own decodes the format, which takes longer than in this process. See ``DecoderProcess``.
    public var isDecodedApart: Bool {
        switch self {
        case .png, .jpeg, .webp: false
        case .gif, .avif, .heic, .jxl, .bmp, .tiff: true
        }
    }

    /// The format of a file's signature; nil for any other file. 256 bytes of the file suffice.
    public static func detect(_ bytes: [UInt8]) -> ImageFormat? {
        func begins(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if begins("RIFF"), begins("WEBP", at: 8) { return .webp }
        if begins("GIF87a") || begins("GIF89a") { return .gif }
        if bytes.starts(with: [0xFF, 0x0A]) { return .jxl }
        if bytes.starts(with: [0, 0, 0, 12]), begins("JXL \r\n", at: 4) { return .jxl }
        if begins("II*\0") || begins("MM\0*") || begins("II+\0") || begins("MM\0+") { return .tiff }
        // Many texts begin with BM; a BMP's second header begins with its own size.
        if begins("BM"), bytes.count >= 18, [12, 40, 52, 56, 64, 108, 124].contains(bytes[14]),
            bytes[15..<18].allSatisfy({ $0 == 0 })
        {
            return .bmp
        }
        let brands = MediaBrands(bytes)
        if brands.contain("avif", "avis") { return .avif }
        if brands.contain("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1") { return .heic }
        return nil
    }

    /// The format of a file's signature.
    /// - Throws: `ImagingError` that names what the file is instead.
    public init(of bytes: [UInt8]) throws(ImagingError) {
        guard !bytes.isEmpty else { throw ImagingError(.empty, "the file is empty") }
        guard let format = Self.detect(bytes) else { throw ForeignFormat.refusal(of: bytes) }
        self = format
    }
}

/// The kinds that a file of the ISO container says it is; HEIC, AVIF and videos have this container.
struct MediaBrands {
    private let brands: [ArraySlice<UInt8>]

    /// Empty for a file of another kind.
    init(_ bytes: [UInt8]) {
        guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else {
            brands = []
            return
        }
        let length = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let header = bytes.prefix(max(12, min(length, 256)))
        // The kind itself, its version, and the kinds that it is compatible with.
        brands = [header[8..<12]] + stride(from: 16, to: header.count - 3, by: 4).map { header[$0..<$0 + 4] }
    }

    var isEmpty: Bool { brands.isEmpty }

    /// Whether one of these is among them.
    func contain(_ names: String...) -> Bool {
        names.contains { name in brands.contains { $0.elementsEqual(name.utf8) } }
    }
}

/// Limits that are checked before memory for a picture is allocated.
public struct ImageLimits: Sendable {
    /// The largest file.
    public var bytes: Int
    /// The most pixels, by the file's header.
    public var pixels: Int

    public init(bytes: Int, pixels: Int) { (self.bytes, self.pixels) = (bytes, pixels) }

    /// 32 MiB and 64 megapixels.
    public static let standard = ImageLimits(bytes: 32 << 20, pixels: 64_000_000)
}
