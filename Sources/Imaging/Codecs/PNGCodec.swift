import CPNG
import Foundation

/// PNG through libpng's simplified interface, which never uses longjmp across Swift frames. ``PlainPNG`` reads the common kind faster.
package enum PNGCodec {
    static func decode(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> StoredImage {
        let image =
            if let image = PlainPNG.decode(bytes, limits: limits) { image } else {
                try byLibpng(bytes, limits: limits)
            }
        return StoredImage(image: image, orientation: EXIF.orientation(PlainPNG.exif(bytes) ?? []))
    }

    /// Any kind of PNG, as it is stored: EXIF's orientation is not applied.
    package static func byLibpng(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> Image {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        defer { unsafe png_image_free(&image) }
        // libpng reads from the buffer between begin and finish, so both run while it is pinned.
        let result = unsafe bytes.withUnsafeBytes { raw -> Result<Image, ImagingError> in
            guard unsafe png_image_begin_read_from_memory(&image, raw.baseAddress, raw.count) != 0 else {
                return unsafe .failure(failure(image))
            }
            let (width, height) = unsafe (Int(image.width), Int(image.height))
            do throws(ImagingError) { try limits.check(width: width, height: height) } catch { return .failure(error) }
            let flags = unsafe image.format
            let isLinear = flags & UInt32(PNG_FORMAT_FLAG_LINEAR) != 0
            unsafe image.format = cpng_format_rgba
            // libpng would take 16-bit samples for linear light, but these pictures are sRGB.
            if isLinear { unsafe image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB) }
            var rgba = [UInt8](repeating: 0, count: width * height * 4)
            guard unsafe png_image_finish_read(&image, nil, &rgba, 0, nil) != 0 else {
                return unsafe .failure(failure(image))
            }
            return .success(Image(width: width, height: height, pixels: PixelLoops.best.overWhite(rgba)))
        }
        return try result.get()
    }

    private static func failure(_ image: png_image) -> ImagingError {
        let text = unsafe withUnsafeBytes(of: image.message) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let early = text.contains("read beyond end") || text.contains("Not enough") || text.contains("Read Error")
        return early
            ? ImagingError(.truncated, "the PNG ends early: the file is incomplete")
            : ImagingError(.damaged, "the PNG is damaged (\(text))")
    }
}

extension Image {
    /// The picture as a PNG file.
    /// - Throws: `ImagingError` with `unsupported` if libpng refuses it.
    public func encodePNG() throws(ImagingError) -> [UInt8] {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        unsafe image.width = UInt32(width)
        unsafe image.height = UInt32(height)
        unsafe image.format = cpng_format_rgb
        var size = 0
        guard unsafe png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else {
            throw ImagingError(.unsupported, "the picture cannot be written as PNG")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
            throw ImagingError(.unsupported, "the picture cannot be written as PNG")
        }
        return Array(bytes.prefix(size))
    }
}
