import CWebP

/// WebP, lossy or lossless, through libwebp. Of an animation it is the first frame.
enum WebPCodec {
    static func decode(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> StoredImage {
        var features = WebPBitstreamFeatures()
        try check(unsafe WebPGetFeatures(bytes, bytes.count, &features))
        let (width, height) = (Int(features.width), Int(features.height))
        let isAnimation = features.has_animation != 0
        let file = WebPFile(bytes)
        guard !isAnimation || file.isComplete else { throw truncated }
        try limits.check(width: width, height: height)
        // The header announces EXIF data after the pixels.
        if file.announcesEXIF, file.exif == nil, !file.isComplete { throw truncated }
        let rgba =
            try isAnimation
            ? frame(file.frames.first, of: bytes, width: width, height: height)
            : pixels(of: bytes, width: width, height: height)
        let image = Image(width: width, height: height, pixels: PixelLoops.best.overWhite(rgba))
        return StoredImage(image: image, orientation: EXIF.orientation(file.exif ?? []))
    }

    /// The first frame of an animation, on a transparent canvas.
    private static func frame(
        _ frame: WebPFile.Frame?, of bytes: [UInt8], width: Int, height: Int
    ) throws(ImagingError) -> [UInt8] {
        guard let frame else { throw ImagingError(.damaged, "the WebP is an animation without frames") }
        let data = Array(bytes[frame.data])
        var features = WebPBitstreamFeatures()
        try check(unsafe WebPGetFeatures(data, data.count, &features))
        let (frameWidth, frameHeight) = (Int(features.width), Int(features.height))
        guard frameWidth > 0, frameHeight > 0, frame.x + frameWidth <= width, frame.y + frameHeight <= height else {
            throw ImagingError(.damaged, "the WebP's frame lies outside its canvas")
        }
        let part = try pixels(of: data, width: frameWidth, height: frameHeight)
        if frameWidth == width && frameHeight == height { return part }
        var canvas = [UInt8](repeating: 0, count: width * height * 4)
        for row in 0..<frameHeight {
            let (from, to) = (row * frameWidth * 4, ((frame.y + row) * width + frame.x) * 4)
            canvas.replaceSubrange(to..<to + frameWidth * 4, with: part[from..<from + frameWidth * 4])
        }
        return canvas
    }

    /// RGBA of a still picture.
    private static func pixels(of bytes: [UInt8], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
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
        return rgba
    }

    static let truncated = ImagingError(.truncated, "the WebP ends early: the file is incomplete")

    private static func check(_ status: VP8StatusCode) throws(ImagingError) {
        switch status {
        case VP8_STATUS_OK: return
        case VP8_STATUS_SUSPENDED, VP8_STATUS_NOT_ENOUGH_DATA: throw truncated
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            throw ImagingError(.unsupported, "the WebP uses a feature that libwebp does not read")
        default: throw ImagingError(.damaged, "the WebP is damaged (libwebp status \(status.rawValue))")
        }
    }
}
