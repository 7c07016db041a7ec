import CDeflate

/// The most common kind of PNG: 8-bit RGB or RGBA, not interlaced, in sRGB. libdeflate inflates it as a whole in half of zlib's time.
///
/// Every other kind, and every unusual file, is left to libpng, which also reports errors.
package enum PlainPNG {
    /// The values of the header.
    private struct Header {
        let width, height, channels: Int

        /// nil for any other kind.
        init?(_ body: ArraySlice<UInt8>) {
            let at = body.startIndex
            // 8 bits, the only methods of compression and filtering, not interlaced.
            guard body.count == 13, body[at + 8] == 8, body[(at + 10)...].allSatisfy({ $0 == 0 }) else { return nil }
            switch body[at + 9] {
            case 2: channels = 3
            case 6: channels = 4
            default: return nil
            }
            (width, height) = (PlainPNG.number(body, at: at), PlainPNG.number(body, at: at + 4))
        }
    }

    /// Chunks that do not change the first picture's pixels. A background does not either, because transparent pixels are laid over white.
    /// Gamma, profiles, palettes and transparent colors do. An animation's further frames are no part of the first picture.
    private static let harmless = Set(
        ["acTL", "fcTL", "fdAT", "bKGD", "eXIf", "iTXt", "pHYs", "sRGB", "tEXt", "tIME", "zTXt"].map { Array($0.utf8) })

    /// The picture as it is stored, with transparent pixels laid over white; nil if libpng should read the file.
    package static func decode(_ bytes: [UInt8], limits: ImageLimits) -> Image? {
        guard let (header, data) = chunks(bytes) else { return nil }
        let (width, height, channels) = (header.width, header.height, header.channels)
        guard (try? limits.check(width: width, height: height)) != nil else { return nil }
        guard let rows = inflated(bytes, data, count: height * (1 + width * channels)),
            let pixels = PixelLoops.best.unfiltered(rows, width: width, height: height, channels: channels)
        else { return nil }
        return Image(width: width, height: height, pixels: channels == 3 ? pixels : PixelLoops.best.overWhite(pixels))
    }

    /// The EXIF data of any PNG, before or after the picture's data; nil if there is none or it is damaged.
    static func exif(_ bytes: [UInt8]) -> [UInt8]? { chunk("eXIf", of: bytes, before: nil).map { Array(bytes[$0]) } }

    /// Whether the file is an animation of several frames.
    static func isAnimation(_ bytes: [UInt8]) -> Bool {
        guard let control = chunk("acTL", of: bytes, before: "IDAT"), control.count >= 4 else { return false }
        return number(bytes[...], at: control.lowerBound) > 1
    }

    /// Where the data of the first intact chunk of a name are, in any PNG.
    /// - Parameter end: the chunk where the search ends.
    private static func chunk(_ name: String, of bytes: [UInt8], before end: String?) -> Range<Int>? {
        var place = 8
        while place + 12 <= bytes.count {
            let (body, next) = (place + 8, place + 8 + number(bytes[...], at: place))
            guard next + 4 <= bytes.count else { return nil }
            if bytes[place + 4..<body].elementsEqual(name.utf8), isIntact(bytes, from: place + 4, to: next) {
                return body..<next
            }
            if let end, bytes[place + 4..<body].elementsEqual(end.utf8) { return nil }
            place = next + 4
        }
        return nil
    }

    /// The header and the ranges of the compressed bytes; nil unless every chunk is complete, known and in order.
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

    /// Whether the checksum after a chunk fits its name and body.
    private static func isIntact(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
        let sum = unsafe bytes.withUnsafeBytes { raw in
            unsafe libdeflate_crc32(0, raw.baseAddress.map { unsafe $0 + start }, end - start)
        }
        return Int(sum) == number(bytes[...], at: end)
    }

    /// Inflates to this many bytes, plus one spare byte; nil if the stream is damaged or has another length.
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

    /// A big-endian 32-bit number.
    private static func number(_ bytes: ArraySlice<UInt8>, at place: Int) -> Int {
        Int(bytes[place]) << 24 | Int(bytes[place + 1]) << 16 | Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
    }
}
