import CDecoders

/// The decoders of this project's own that run apart from the daemon: BMP, and the frames of animated PNG and GIF. The first byte chooses.
enum FuzzedDecoders {
    private static let formats = ["bmp", "apng", "gif"]
    private static let mostPixels: UInt64 = 1 << 16

    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let first = bytes.first else { return }
        var frames = aniwho_frames()
        frames.most_pixels = mostPixels
        frames.most_frames = UInt32(ANIWHO_MOST_FRAMES)
        defer { aniwho_frames_free(&frames) }
        let format = formats[Int(first) % formats.count]
        let file = Array(bytes.dropFirst())
        let outcome = aniwho_decode(format, file, file.count, &frames)
        guard outcome == ANIWHO_DECODED else {
            return try BrokenPromise.check(frames.message.0 != 0, "a refusal without a reason")
        }
        let size = UInt64(frames.width) * UInt64(frames.height)
        try BrokenPromise.check(size > 0 && size <= mostPixels, "more pixels than are allowed")
        try BrokenPromise.check((1...UInt32(ANIWHO_MOST_FRAMES)).contains(frames.count), "too many frames, or none")
        try BrokenPromise.check(frames.count == 1 || size * UInt64(frames.count) <= mostPixels, "too many frames")
    }
}
