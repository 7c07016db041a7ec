import Imaging

/// The kinds of video files that are read.
public enum VideoFormat {
    /// FFmpeg's names of the demuxers that may read a file. Playlists (HLS, DASH, concat) are not among them, because they name further files
    /// and addresses to read.
    static let demuxers = "matroska,mov,avi,flv,mpeg,mpegts,mpegvideo,ogg,asf,rm"

    /// The demuxers that find a moment of a video by an index in the file. In the others FFmpeg guesses its place.
    static let indexed: Set<String> = ["matroska", "mov"]

    /// Whether a file is a video by its signature, whatever its name is. It may still be damaged, or have no pictures.
    /// - Parameter bytes: the first 512 bytes of the file suffice.
    public static func detects(_ bytes: [UInt8]) -> Bool {
        func begins(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        guard ImageFormat.detect(bytes) == nil else { return false }
        if starts.contains(where: bytes.starts(with:)) || begins("RIFF") && begins("AVI ", at: 8) { return true }
        if ["ftyp", "moov", "mdat", "wide"].contains(where: { begins($0, at: 4) }) { return !isCameraPicture(bytes) }
        return isTransportStream(bytes)
    }

    private static let starts: [[UInt8]] = [
        [0x1A, 0x45, 0xDF, 0xA3],  // Matroska, WebM
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11],  // ASF, WMV
        [0, 0, 1, 0xBA], [0, 0, 1, 0xB3],  // MPEG program stream, MPEG video
        Array("FLV\u{1}".utf8), Array("OggS".utf8), Array(".RMF".utf8),
    ]

    /// The container of MP4 also holds pictures.
    private static func isCameraPicture(_ bytes: [UInt8]) -> Bool {
        ["crx ", "miaf"].contains { bytes.dropFirst(8).starts(with: $0.utf8) }
    }

    /// Packets of 188 bytes begin with 0x47; some recorders put four bytes before each.
    private static func isTransportStream(_ bytes: [UInt8]) -> Bool {
        [(0, 188), (4, 192)].contains { first, length in
            let places = [first, first + length]
            return places.allSatisfy { $0 < bytes.count && bytes[$0] == 0x47 }
        }
    }
}
