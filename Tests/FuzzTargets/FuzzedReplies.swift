import Imaging

/// What a decoder's process answers after a picture has taken it over.
enum FuzzedReplies {
    private static let limits = ImageLimits(bytes: 1 << 20, pixels: 1 << 16)
    private static let mostFrames = 4

    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        var left = bytes[...]
        var asked = 0
        let reply: DecoderReply?
        do throws(ImagingError) {
            reply = try DecoderReply(limits: limits, mostFrames: mostFrames) { count throws(ImagingError) in
                asked += count
                guard count <= left.count else { throw ImagingError(.decoderFailed, "the reply ends") }
                defer { left = left.dropFirst(count) }
                return Array(left.prefix(count))
            }
        } catch {
            try BrokenPromise.check(!error.message.unicodeScalars.contains { $0.value < 32 }, "control characters")
            reply = nil
        }
        // Whatever a reply claims, it cannot make its reader allocate more than the pictures that were asked for.
        try BrokenPromise.check(asked <= 1024 + (mostFrames + 1) * limits.pixels * 3, "more than was asked for")
        guard let reply else { return }
        let pixels = reply.frames.reduce(0) { $0 + $1.image.width * $1.image.height }
        try BrokenPromise.check(pixels <= limits.pixels, "more pixels than are allowed")
        try BrokenPromise.check((1...mostFrames).contains(reply.frames.count), "too many frames, or none")
    }
}
