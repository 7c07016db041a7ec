/// A decoded file: the picture and its format.
public struct DecodedImage: Sendable {
    public let image: Image
    public let format: ImageFormat
}

extension Image {
    /// Decodes a PNG, JPEG or WebP file, applies EXIF's orientation, and lays transparent pixels over white.
    /// - Parameter limits: checked before anything is allocated.
    /// - Throws: `ImagingError`. A file that ends early is an error, never half a picture.
    public static func decode(_ bytes: [UInt8], limits: ImageLimits = .standard) throws(ImagingError) -> DecodedImage {
        guard bytes.count <= limits.bytes else {
            throw ImagingError(.tooLarge, "the file has \(bytes.count) bytes; the limit is \(limits.bytes)")
        }
        let format = try ImageFormat(of: bytes)
        let image =
            switch format {
            case .png: try PNGCodec.decode(bytes, limits: limits)
            case .jpeg: try JPEGCodec.decode(bytes, limits: limits)
            case .webp: try WebPCodec.decode(bytes, limits: limits)
            }
        return DecodedImage(image: image, format: format)
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
