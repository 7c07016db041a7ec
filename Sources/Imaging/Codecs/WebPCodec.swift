import CWebP

/// WebP, lossy or lossless, through libwebp. Animations are refused, because nothing says which frame shows the character.
enum WebPCodec {
    static func decode(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> Image {
        var features = WebPBitstreamFeatures()
        try check(unsafe WebPGetFeatures(bytes, bytes.count, &features))
        guard features.has_animation == 0 else {
            throw ImagingError(.unsupported, "the WebP is an animation: give one of its frames as a picture")
        }
        let (width, height) = (Int(features.width), Int(features.height))
        try limits.check(width: width, height: height)
        var config = unsafe WebPDecoderConfig()
        guard unsafe WebPInitDecoderConfig(&config) != 0 else {
            throw ImagingError(.unsupported, "libwebp is of another version than the program was built for")
        }
        var rgba = [UInt8](repeating: 0, count: width * height * 4)
        let status = unsafe rgba.withUnsafeMutableBufferPointer { pixels in
            unsafe config.output.colorspace = MODE_RGBA
            unsafe config.output.is_external_memory = 1
            unsafe config.output.u.RGBA.rgba = pixels.baseAddress
            unsafe config.output.u.RGBA.stride = Int32(width * 4)
            unsafe config.output.u.RGBA.size = pixels.count
            return unsafe WebPDecode(bytes, bytes.count, &config)
        }
        try check(status)
        return Image(width: width, height: height, pixels: PixelLoops.best.overWhite(rgba))
    }

    private static func check(_ status: VP8StatusCode) throws(ImagingError) {
        switch status {
        case VP8_STATUS_OK: return
        case VP8_STATUS_SUSPENDED, VP8_STATUS_NOT_ENOUGH_DATA:
            throw ImagingError(.truncated, "the WebP ends early: the file is incomplete")
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            throw ImagingError(.unsupported, "the WebP uses a feature that libwebp does not read")
        default: throw ImagingError(.damaged, "the WebP is damaged (libwebp status \(status.rawValue))")
        }
    }
}
