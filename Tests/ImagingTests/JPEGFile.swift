/// A sequential JPEG file from its parts, for tests of what encoders seldom write. Each block of 8×8 has one value.
struct JPEGFile {
    struct Component {
        var h: Int
        var v: Int
        /// The four values of the component: top left, top right, bottom left, bottom right.
        var corners: [Int]
    }

    var width = 96
    var height = 96
    var components: [Component]
    /// The height in the header; 0 if a DNL segment gives it.
    var statedHeight: Int?
    var precision: UInt8 = 8
    /// SOF0 is baseline.
    var frame: UInt8 = 0xC0
    /// MCUs between two restart markers; 0 for none.
    var restart = 0
    /// Segments before the frame, with markers and lengths.
    var before: [UInt8] = []
    /// Whether all-zero data is the code of a plain area.
    var zerosArePlain = true

    var bytes: [UInt8] { head + data + [0xFF, 0xD9] }

    /// Up to the first byte of the scan's data.
    var head: [UInt8] {
        let stated = statedHeight ?? height
        let count = UInt8(components.count)
        var frameBody: [UInt8] = [precision, UInt8(stated >> 8), UInt8(stated & 255)]
        frameBody += [UInt8(width >> 8), UInt8(width & 255), count]
        var scanBody: [UInt8] = [count]
        for (index, part) in components.enumerated() {
            frameBody += [UInt8(index + 1), UInt8(part.h << 4 | part.v), 0]
            scanBody += [UInt8(index + 1), 0]
        }
        var result: [UInt8] = [0xFF, 0xD8] + before
        result += Self.segment(0xDB, [0] + [UInt8](repeating: 8, count: 64))
        result += Self.segment(frame, frameBody)
        result += Self.segment(0xC4, [0x00, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 12) + symbols)
        result += Self.segment(0xC4, [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0])
        if restart > 0 { result += Self.segment(0xDD, [UInt8(restart >> 8), UInt8(restart & 255)]) }
        return result + Self.segment(0xDA, scanBody + [0, 63, 0])
    }

    /// The scan's data with its restart markers.
    var data: [UInt8] {
        let (most, tall) = (components.map(\.h).max() ?? 1, components.map(\.v).max() ?? 1)
        let across = (width + 8 * most - 1) / (8 * most)
        let down = (height + 8 * tall - 1) / (8 * tall)
        var (result, bits): ([UInt8], [UInt8]) = ([], [])
        var last = components.map { _ in 0 }
        func flush() {
            while bits.count % 8 != 0 { bits.append(1) }
            for start in stride(from: 0, to: bits.count, by: 8) {
                let byte = bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
                result += byte == 0xFF ? [0xFF, 0] : [byte]
            }
            bits = []
        }
        for mcu in 0..<across * down {
            if restart > 0, mcu > 0, mcu % restart == 0 {
                flush()
                result += [0xFF, 0xD0 + UInt8((mcu / restart - 1) % 8)]
                last = components.map { _ in 0 }
            }
            for (index, part) in components.enumerated() {
                for block in 0..<part.h * part.v {
                    let x = (mcu % across * part.h + block % part.h) * 2 + 1
                    let y = (mcu / across * part.v + block / part.h) * 2 + 1
                    let isRight = x * 8 * most >= width * part.h
                    let isLow = y * 8 * tall >= height * part.v
                    let value = part.corners[(isLow ? 2 : 0) + (isRight ? 1 : 0)] - 128
                    bits += code(value - last[index]) + [0]  // then no other coefficient
                    last[index] = value
                }
            }
        }
        flush()
        return result
    }

    /// The sizes of differences in the order of their codes, which are all of four bits.
    private var symbols: [UInt8] { zerosArePlain ? Array(0...8) : Array((0...8).reversed()) }

    private func code(_ difference: Int) -> [UInt8] {
        let size = Int.bitWidth - abs(difference).leadingZeroBitCount
        let place = symbols.firstIndex(of: UInt8(size)) ?? 0
        let value = difference < 0 ? difference + (1 << size) - 1 : difference
        func bits(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (count - 1 - $0) & 1) } }
        return bits(place, 4) + bits(value, size)
    }

    static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
        let length = body.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + body
    }
}
