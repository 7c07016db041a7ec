/// The formats that can be read. A file's first bytes decide its format, never its name.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png, jpeg, webp

    /// The value for `Content-Type`.
    public var mediaType: String { "image/\(rawValue)" }

    /// The format of a file's signature; nil for any other file.
    public static func detect(_ bytes: [UInt8]) -> ImageFormat? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)), bytes[8..<12].elementsEqual("WEBP".utf8) {
            return .webp
        }
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
