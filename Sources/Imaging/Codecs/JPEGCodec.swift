import CJPEG
import Foundation

/// JPEG through libjpeg's own interface, which reads every sampling: grayscale, YCbCr, RGB, and CMYK with Adobe's inversion.
enum JPEGCodec {
    static func decode(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> StoredImage {
        // The decoder reads from the buffer until it is closed, so all of it runs while the buffer is pinned.
        let result = unsafe bytes.withUnsafeBufferPointer { file -> Result<StoredImage, ImagingError> in
            guard let decoder = unsafe cjpeg_open(file.baseAddress, file.count) else {
                return .failure(ImagingError(.unsupported, "there is not enough memory to decode the JPEG"))
            }
            defer { unsafe cjpeg_close(decoder) }
            do throws(ImagingError) { return .success(try unsafe decode(decoder, limits)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func decode(_ decoder: OpaquePointer, _ limits: ImageLimits) throws(ImagingError) -> StoredImage {
        var header = unsafe cjpeg_header()
        try unsafe check(cjpeg_read_header(decoder, &header), decoder)
        let (width, height, channels) = unsafe (Int(header.width), Int(header.height), Int(header.channels))
        try limits.check(width: width, height: height)
        let exif = unsafe [UInt8](UnsafeBufferPointer(start: header.exif, count: header.exif_count))
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        try unsafe check(cjpeg_read_pixels(decoder, &pixels), decoder)
        let image = Image(width: width, height: height, pixels: channels == 4 ? fromInvertedCMYK(pixels) : pixels)
        return StoredImage(image: image, orientation: EXIF.orientation(exif))
    }

    /// Adobe stores 255 − ink. The light that remains is the product of the inks' transparencies.
    private static func fromInvertedCMYK(_ cmyk: [UInt8]) -> [UInt8] {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(cmyk.count / 4 * 3)
        for pixel in stride(from: 0, to: cmyk.count, by: 4) {
            let black = Int(cmyk[pixel + 3])
            for channel in 0..<3 { rgb.append(UInt8((Int(cmyk[pixel + channel]) * black + 127) / 255)) }
        }
        return rgb
    }

    private static func check(_ outcome: cjpeg_outcome, _ decoder: OpaquePointer) throws(ImagingError) {
        guard outcome != CJPEG_OK else { return }
        let text = unsafe String(cString: cjpeg_message(decoder))
        switch outcome {
        case CJPEG_TRUNCATED:
            throw ImagingError(.truncated, "the JPEG ends early: the file is incomplete (\(text))")
        case CJPEG_UNSUPPORTED:
            throw ImagingError(.unsupported, "this kind of JPEG is not supported: \(text). Save it as PNG")
        default: throw ImagingError(.damaged, "the JPEG is damaged (\(text))")
        }
    }
}

extension Image {
    /// The picture as a JPEG file, with colors at half the resolution.
    /// - Parameter quality: from 1 to 100.
    /// - Throws: `ImagingError` with `unsupported` if libjpeg refuses it.
    public func encodeJPEG(quality: Int) throws(ImagingError) -> [UInt8] {
        precondition((1...100).contains(quality), "a JPEG's quality lies between 1 and 100")
        var file: UnsafeMutablePointer<UInt8>?
        defer { unsafe free(file) }
        let count = unsafe cjpeg_encode(pixels, Int32(width), Int32(height), Int32(quality), &file)
        guard let bytes = unsafe file else {
            throw ImagingError(.unsupported, "a picture of \(width)×\(height) cannot be written as JPEG")
        }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
