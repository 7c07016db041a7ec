/// What the decoder's process answers. Nothing in it is trusted: the process may have been taken over by the file that it decodes.
///
/// Six little-endian 32-bit numbers: the mark, the outcome, EXIF's orientation, width, height, number of frames. After a refusal the fifth is the length
/// of the message that follows. Otherwise each frame's time in milliseconds follows, then each frame's pixels.
package struct DecoderReply: Equatable {
    /// The frames as they are stored: EXIF's orientation is not applied.
    package let frames: [AnimationFrame]
    let orientation: Int

    private static let mark = 0x5749_4E41
    private static let longestMessage = 200

    /// Reads a reply.
    /// - Parameters:
    ///   - mostFrames: the most frames that were asked for.
    ///   - read: the next bytes of the reply, as many as it is asked for. It throws if there are fewer.
    /// - Throws: `ImagingError`: the decoder's refusal, or `decoderFailed` for a reply that makes no sense.
    package init(
        limits: ImageLimits, mostFrames: Int, read: (Int) throws(ImagingError) -> [UInt8]
    ) throws(ImagingError) {
        let header = Self.numbers(try read(24))
        let (orientation, width, height, count) = (header[2], header[3], header[4], header[5])
        guard header[0] == Self.mark else { throw Self.nonsense }
        if header[1] != 0 { throw try Self.refusal(header[1], length: height, read) }
        guard (1...8).contains(orientation), width > 0, height > 0, width <= limits.pixels / height,
            (1...max(1, mostFrames)).contains(count), count == 1 || count <= limits.pixels / (width * height)
        else { throw Self.nonsense }
        let times = Self.numbers(try read(4 * count))
        var frames: [AnimationFrame] = []
        for time in times {
            let image = Image(width: width, height: height, pixels: try read(width * height * 3))
            frames.append(AnimationFrame(image: image, milliseconds: time))
        }
        (self.frames, self.orientation) = (frames, orientation)
    }

    private static func refusal(
        _ outcome: Int, length: Int, _ read: (Int) throws(ImagingError) -> [UInt8]
    ) throws(ImagingError) -> ImagingError {
        let codes: [Int: ImagingError.Code] = [
            1: .truncated, 2: .damaged, 3: .unsupported, 4: .tooManyPixels, 5: .decoderFailed, 6: .noDecoder,
        ]
        guard let code = codes[outcome], (1...longestMessage).contains(length) else { throw nonsense }
        // Shown in terminals and logs, so without control characters.
        let text = String(decoding: try read(length), as: UTF8.self).unicodeScalars
        let plain = text.filter { $0.properties.generalCategory != .control }
        return ImagingError(code, String(String.UnicodeScalarView(plain)))
    }

    private static let nonsense = ImagingError(.decoderFailed, "the decoder's reply makes no sense")

    /// Little-endian numbers.
    private static func numbers(_ bytes: [UInt8]) -> [Int] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { place in
            bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
