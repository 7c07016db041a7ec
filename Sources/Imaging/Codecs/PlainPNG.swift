import CDeflate

/// The plain kind of PNG, which most pictures are: RGB or RGBA of 8 bits, not interlaced, in sRGB. Inflated whole by libdeflate,
/// which takes half of zlib's time.
///
/// Whatever is of another kind, or odd in any way, is left to libpng, which also says what is wrong with it.
package enum PlainPNG {
    /// What the header says.
    private struct Header {
        let width, height, channels: Int

        /// nil for another kind.
        init?(_ body: ArraySlice<UInt8>) {
            let at = body.startIndex
            // 8 bits; compression and filters of the only method there is; not interlaced.
            guard body.count == 13, body[at + 8] == 8, body[(at + 10)...].allSatisfy({ $0 == 0 }) else { return nil }
            switch body[at + 9] {
            case 2: channels = 3
            case 6: channels = 4
            default: return nil
            }
            (width, height) = (PlainPNG.number(body, at: at), PlainPNG.number(body, at: at + 4))
        }
    }

    /// Chunks that say nothing about the pixels (a background neither, where transparency is laid over white). Gamma, profiles, palettes and transparent colours do.
    private static let harmless = Set(
        ["bKGD", "eXIf", "iTXt", "pHYs", "sRGB", "tEXt", "tIME", "zTXt"].map { Array($0.utf8) })

    /// The picture, transparency laid over white; nil where libpng is to look at it.
    package static func decode(_ bytes: [UInt8], limits: ImageLimits) -> Image? {
        guard let (header, data) = chunks(bytes) else { return nil }
        let (width, height, channels) = (header.width, header.height, header.channels)
        guard (try? limits.check(width: width, height: height)) != nil else { return nil }
        guard let rows = inflated(bytes, data, count: height * (1 + width * channels)),
            let pixels = PixelLoops.best.unfiltered(rows, width: width, height: height, channels: channels)
        else { return nil }
        return Image(width: width, height: height, pixels: channels == 3 ? pixels : PixelLoops.best.overWhite(pixels))
    }

    /// The header, and where the compressed bytes lie; nil unless every chunk is whole, known and in order.
    private static func chunks(_ bytes: [UInt8]) -> (header: Header, data: [Range<Int>])? {
        var (header, data, isPastData) = (Header?.none, [Range<Int>](), false)
        var place = 8
        while place + 12 <= bytes.count {
            let (length, body) = (number(bytes[...], at: place), place + 8)
            let end = body + length
            guard end + 4 <= bytes.count, isIntact(bytes, from: place + 4, to: end) else { return nil }
            let name = Array(bytes[place + 4..<body])
            switch name {
            case Array("IHDR".utf8):
                guard place == 8 else { return nil }
                header = Header(bytes[body..<end])
            case Array("IDAT".utf8):
                guard !isPastData else { return nil }
                data.append(body..<end)
            case Array("IEND".utf8): return header.map { ($0, data) }
            case _ where harmless.contains(name): isPastData = !data.isEmpty
            default: return nil
            }
            guard header != nil else { return nil }
            place = end + 4
        }
        return nil
    }

    /// Whether a chunk's name and body have the checksum that follows them.
    private static func isIntact(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
        let sum = unsafe bytes.withUnsafeBytes { raw in
            unsafe libdeflate_crc32(0, raw.baseAddress.map { unsafe $0 + start }, end - start)
        }
        return Int(sum) == number(bytes[...], at: end)
    }

    /// So many bytes, and one more that means nothing; nil where the stream is damaged or gives another number of them.
    private static func inflated(_ bytes: [UInt8], _ data: [Range<Int>], count: Int) -> [UInt8]? {
        guard let first = data.first, let decompressor = unsafe libdeflate_alloc_decompressor() else { return nil }
        defer { unsafe libdeflate_free_decompressor(decompressor) }
        let (stream, range) =
            data.count == 1 ? (bytes, first) : { ($0, 0..<$0.count) }(data.flatMap { bytes[$0] })
        var isWhole = false
        let rows = unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { buffer, written in
            let status = unsafe stream.withUnsafeBytes { raw in
                unsafe libdeflate_zlib_decompress(
                    decompressor, raw.baseAddress.map { unsafe $0 + range.lowerBound }, range.count,
                    buffer.baseAddress, count, nil)
            }
            isWhole = status == LIBDEFLATE_SUCCESS
            guard isWhole else { return }
            unsafe buffer[count] = 0
            written = count + 1
        }
        return isWhole ? rows : nil
    }

    /// Four bytes, the highest first.
    private static func number(_ bytes: ArraySlice<UInt8>, at place: Int) -> Int {
        Int(bytes[place]) << 24 | Int(bytes[place + 1]) << 16 | Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
    }
}
