/// A picture of an animation, and when it is shown.
public struct AnimationFrame: Sendable, Equatable {
    public let image: Image
    /// When it is first shown, from the beginning of the animation. 0 for a still picture.
    public let milliseconds: Int

    public init(image: Image, milliseconds: Int) { (self.image, self.milliseconds) = (image, milliseconds) }
}

extension Image {
    /// The most frames that are kept of an animation.
    public static let mostFrames = 16

    /// The frames of an animation that differ, in order; a still picture is one frame.
    ///
    /// A frame is left out if it looks like an earlier one: the root mean square of the differences between their 16 × 16 thumbnails is below 8
    /// of 255. If more than `most` differ, the ones that differ most are taken. The first 1,000 frames are looked at, fewer of large ones.
    ///
    /// EXIF's orientation is applied, and transparent pixels lie over white. All frames have the same size. Together they have at most as many
    /// pixels as one picture may have.
    /// - Parameters:
    ///   - most: 1 to ``mostFrames``.
    ///   - limits: checked before anything is allocated.
    /// - Throws: `ImagingError`.
    public static func frames(
        of bytes: [UInt8], most: Int = mostFrames, limits: ImageLimits = .standard
    ) throws(ImagingError) -> [AnimationFrame] {
        let format = try ImageFormat(of: bytes, limits: limits)
        let most = min(max(1, most), mostFrames)
        func apart(_ decoder: String) throws(ImagingError) -> DecoderReply {
            try DecoderProcess.standard().decode(bytes, by: decoder, format: format, limits: limits, frames: most)
        }
        switch format {
        case .gif, .avif, .jxl:
            let reply = try apart(format.rawValue)
            return reply.frames.oriented(reply.orientation)
        case .png where PlainPNG.isAnimation(bytes):
            return try apart("apng").frames.oriented(EXIF.orientation(PlainPNG.exif(bytes) ?? []))
        case .webp:
            let file = WebPFile(bytes)
            guard file.frames.count > 1 else { break }
            guard file.isComplete else { throw WebPCodec.truncated }
            return try apart("webp").frames.oriented(EXIF.orientation(file.exif ?? []))
        default: break
        }
        return [AnimationFrame(image: try decode(bytes, limits: limits).image, milliseconds: 0)]
    }
}

extension [AnimationFrame] {
    fileprivate func oriented(_ orientation: Int) -> [AnimationFrame] {
        map { AnimationFrame(image: $0.image.oriented(orientation), milliseconds: $0.milliseconds) }
    }
}
