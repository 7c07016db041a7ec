/// A PNG file from its parts, for tests of what encoders seldom write. The compressed stream is of stored blocks.
struct PNGFile {
    var width: Int
    var height: Int
    var depth: UInt8 = 8
    /// 2 for RGB, 6 for RGBA.
    var color: UInt8
    var interlaced = false
    /// Each row is its filter's number and its filtered bytes.
    var rows: [UInt8]
    /// Into so many chunks the stream is cut.
    var pieces = 1
    /// Chunks before the stream, between its first and its second piece, and behind it.
    var before: [(String, [UInt8])] = []
    var within: [(String, [UInt8])] = []
    var after: [(String, [UInt8])] = []

    var bytes: [UInt8] {
        let header =
            Self.number(UInt32(width)) + Self.number(UInt32(height)) + [depth, color, 0, 0, interlaced ? 1 : 0]
        let stream = Self.stored(rows)
        let size = (stream.count + pieces - 1) / pieces
        var chunks = [("IHDR", header)] + before
        for piece in 0..<pieces {
            chunks.append(("IDAT", Array(stream.dropFirst(piece * size).prefix(size))))
            if piece == 0 { chunks += within }
        }
        chunks += after + [("IEND", [])]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks.flatMap { Self.chunk($0, $1) }
    }

    static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + body
        return number(UInt32(body.count)) + checked + number(checksum(checked))
    }

    /// A zlib stream without compression.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65535) {
            let block = bytes[start..<min(bytes.count, start + 65535)]
            let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
            stream += [start + 65535 >= bytes.count ? 1 : 0, low, high, ~low, ~high] + block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes { (a, b) = ((a + UInt32(byte)) % 65521, (b + (a + UInt32(byte)) % 65521) % 65521) }
        return stream + number(b << 16 | a)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}
