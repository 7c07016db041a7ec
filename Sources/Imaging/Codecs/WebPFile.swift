/// The chunks of a WebP file that libwebp's decoder passes over: EXIF data and the frames of an animation.
struct WebPFile {
    /// A frame of an animation.
    struct Frame {
        /// Its place on the canvas, in pixels.
        let x, y: Int
        /// The bytes of the file that are a picture of their own.
        let data: Range<Int>
    }

    /// EXIF data; nil if there is none or it is cut off.
    private(set) var exif: [UInt8]?
    private(set) var frames: [Frame] = []
    /// Whether the file's header promises EXIF data.
    private(set) var announcesEXIF = false
    /// Whether no chunk is cut off, and none is missing by the length in the file's header.
    private(set) var isComplete: Bool

    /// - Parameter bytes: a file with WebP's signature.
    init(_ bytes: [UInt8]) {
        func number(_ at: Int, _ count: Int) -> Int {
            bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let end = number(4, 4) + 8
        isComplete = bytes.count >= end
        var place = 12
        while place + 8 <= min(end, bytes.count) {
            let (body, size) = (place + 8, number(place + 4, 4))
            guard body + size <= bytes.count else {
                isComplete = false
                return
            }
            switch bytes[place..<body - 4] {
            case Self.header where size >= 1: announcesEXIF = bytes[body] & 0x08 != 0
            case Self.exifData where exif == nil: exif = Array(bytes[body..<body + size])
            case Self.frame where size >= 16:
                // Half the distance from the left and the top, width, height, duration and flags, then the picture's chunks.
                frames.append(
                    Frame(x: number(body, 3) * 2, y: number(body + 3, 3) * 2, data: body + 16..<body + size))
            default: break
            }
            place = body + size + size % 2
        }
    }

    private static let header = ArraySlice("VP8X".utf8)
    private static let exifData = ArraySlice("EXIF".utf8)
    private static let frame = ArraySlice("ANMF".utf8)
}
