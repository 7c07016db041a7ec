/// A decoded file: the picture and its format.
public struct DecodedImage: Sendable {
    /// Upright: EXIF's orientation is applied.
    public let image: Image
    public let format: ImageFormat
    /// EXIF's orientation (1–8), which turns the pixels in the file into the picture.
    public let orientation: Int
}

/// The pixels in a file, and EXIF's orientation.
struct StoredImage {
    let image: Image
    let orientation: Int
}

extension Image {
    /// Decodes a file, applies EXIF's orientation, and lays transparent pixels over white. Of an animation it is the first frame.
    ///
    /// PNG, JPEG and WebP are decoded here, all other formats in a process of their own, for which the calling thread waits.
    /// - Parameter limits: checked before anything is allocated.
    /// - Throws: `ImagingError`. A file that ends early is an error, never half a picture.
    public static func decode(_ bytes: [UInt8], limits: ImageLimits = .standard) throws(ImagingError) -> DecodedImage {
        let format = try ImageFormat(of: bytes, limits: limits)
        let stored =
            switch format {
            case .png: try PNGCodec.decode(bytes, limits: limits)
            case .jpeg: try JPEGCodec.decode(bytes, limits: limits)
            case .webp: try WebPCodec.decode(bytes, limits: limits)
            case .gif, .avif, .heic, .jxl, .bmp, .tiff: try apart(bytes, format, limits)
            }
        return DecodedImage(
            image: stored.image.oriented(stored.orientation), format: format, orientation: stored.orientation)
    }

    private static func apart(
        _ bytes: [UInt8], _ format: ImageFormat, _ limits: ImageLimits
    ) throws(ImagingError) -> StoredImage {
        let reply = try DecoderProcess.standard().decode(
            bytes, by: format.rawValue, format: format, limits: limits, frames: 1)
        return StoredImage(image: reply.frames[0].image, orientation: reply.orientation)
    }
}

extension ImageFormat {
    /// The format of a file that is not too large.
    /// - Throws: `ImagingError`.
    init(of bytes: [UInt8], limits: ImageLimits) throws(ImagingError) {
        guard bytes.count <= limits.bytes else {
            throw ImagingError(.tooLarge, "the file has \(bytes.count) bytes; the limit is \(limits.bytes)")
        }
        try self.init(of: bytes)
    }
}

extension ImageLimits {
    /// Checks the size in a file's header.
    func check(width: Int, height: Int) throws(ImagingError) {
        guard width > 0, height > 0 else { throw ImagingError(.damaged, "the picture claims to be \(width)×\(height)") }
        guard width <= pixels / height else {
            throw ImagingError(.tooManyPixels, "the picture is \(width)×\(height); the limit is \(pixels) pixels")
        }
    }
}
