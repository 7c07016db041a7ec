import Imaging

/// Picture files: PNG, JPEG, WebP.
enum FuzzedImages {
    /// Small enough that each run takes no time.
    private static let limits = ImageLimits(bytes: 1 << 20, pixels: 1 << 18)

    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let decoded = try? Image.decode(bytes, limits: limits) else { return }
        let image = decoded.image
        try BrokenPromise.check(image.width * image.height <= limits.pixels, "more pixels than are allowed")
        if decoded.format == .png, let plain = PlainPNG.decode(bytes, limits: limits) {
            let reference = try? PNGCodec.byLibpng(bytes, limits: limits)
            try BrokenPromise.check(plain == reference, "the fast decoder and libpng see different pictures")
        }
        let small = image.resized(width: 84, height: 84)
        try BrokenPromise.check(small.pixels.count == 84 * 84 * 3, "a resized picture of another size")
        guard let file = try? image.encodePNG(), let again = try? Image.decode(file, limits: .standard) else {
            throw BrokenPromise("a decoded picture cannot be written as PNG and read again")
        }
        try BrokenPromise.check(again.image == image, "a picture changes when it is written as PNG")
    }
}
