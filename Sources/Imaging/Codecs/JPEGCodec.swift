import CTurboJPEG

/// JPEG through libjpeg-turbo's TurboJPEG interface: grayscale, YCbCr, and CMYK with Adobe's inversion.
enum JPEGCodec {
    static func decode(_ bytes: [UInt8], limits: ImageLimits) throws(ImagingError) -> Image {
        guard let handle = unsafe tjInitDecompress() else {
            throw ImagingError(.unsupported, "the JPEG decoder could not be started")
        }
        defer { unsafe tjDestroy(handle) }
        var (width, height, sampling, colors) = (Int32(0), Int32(0), Int32(0), Int32(0))
        let size = UInt(bytes.count)
        guard unsafe tjDecompressHeader3(handle, bytes, size, &width, &height, &sampling, &colors) == 0 else {
            throw unsafe failure(handle)
        }
        try limits.check(width: Int(width), height: Int(height))
        let isCMYK = colors == Int32(TJCS_CMYK.rawValue) || colors == Int32(TJCS_YCCK.rawValue)
        let format = Int32(isCMYK ? TJPF_CMYK.rawValue : TJPF_RGB.rawValue)
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * (isCMYK ? 4 : 3))
        let flags = Int32(TJFLAG_ACCURATEDCT)
        // A warning means that data was missing or invented, and half a picture is an error.
        guard unsafe tjDecompress2(handle, bytes, size, &pixels, width, 0, height, format, flags) == 0 else {
            throw unsafe failure(handle)
        }
        let image = Image(width: Int(width), height: Int(height), pixels: isCMYK ? fromInvertedCMYK(pixels) : pixels)
        return image.oriented(EXIF.orientation(bytes))
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

    private static func failure(_ handle: tjhandle) -> ImagingError {
        let text = unsafe String(cString: tjGetErrorStr2(handle))
        let early =
            text.contains("Premature end") || text.contains("no image") || text.contains("Input file read error")
        return early
            ? ImagingError(.truncated, "the JPEG ends early: the file is incomplete")
            : ImagingError(.damaged, "the JPEG is damaged (\(text))")
    }
}

extension Image {
    /// The picture as a JPEG file, with colors at half the resolution.
    /// - Parameter quality: from 1 to 100.
    /// - Throws: `ImagingError` with `unsupported` if libjpeg-turbo refuses it.
    public func encodeJPEG(quality: Int) throws(ImagingError) -> [UInt8] {
        precondition((1...100).contains(quality), "a JPEG's quality lies between 1 and 100")
        guard let handle = unsafe tjInitCompress() else {
            throw ImagingError(.unsupported, "the JPEG encoder could not be started")
        }
        defer { unsafe tjDestroy(handle) }
        var file: UnsafeMutablePointer<UInt8>?
        defer { unsafe tjFree(file) }
        var size: UInt = 0
        let status = unsafe tjCompress2(
            handle, pixels, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &file, &size,
            Int32(TJSAMP_420.rawValue), Int32(quality), Int32(TJFLAG_ACCURATEDCT))
        guard status == 0, let bytes = unsafe file else {
            throw ImagingError(
                .unsupported,
                "the picture cannot be written as JPEG (\(unsafe String(cString: tjGetErrorStr2(handle))))")
        }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
    }
}
