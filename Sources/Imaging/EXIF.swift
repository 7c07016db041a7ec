/// EXIF's orientation, the only part of EXIF that changes how a picture looks.
enum EXIF {
    /// The orientation tag (1–8) of a JPEG's first EXIF segment; 1 if there is none or it is damaged.
    static func orientation(_ jpeg: [UInt8]) -> Int {
        var position = 2
        while position + 4 <= jpeg.count, jpeg[position] == 0xFF {
            let marker = jpeg[position + 1]
            if marker == 0xFF { position += 1; continue }  // fill byte
            if marker == 0xDA || marker == 0xD9 { return 1 }  // the picture's data begins, or the file ends
            let length = Int(jpeg[position + 2]) << 8 | Int(jpeg[position + 3])
            let end = position + 2 + length
            guard length >= 2, end <= jpeg.count else { return 1 }
            let body = jpeg[(position + 4)..<end]
            if marker == 0xE1, body.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return orientation(tiff: Array(body.dropFirst(6)))
            }
            position = end
        }
        return 1
    }

    private static func orientation(tiff: [UInt8]) -> Int {
        let littleEndian = tiff.starts(with: [0x49, 0x49])
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at + count <= tiff.count else { return nil }
            let bytes = tiff[at..<at + count]
            return (littleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard littleEndian || tiff.starts(with: [0x4D, 0x4D]), let directory = number(4, 4),
            let entries = number(directory, 2)
        else { return 1 }
        for index in 0..<entries {
            let entry = directory + 2 + index * 12
            guard let tag = number(entry, 2) else { return 1 }
            guard tag == 0x0112 else { continue }
            guard let value = number(entry + 8, 2), (1...8).contains(value) else { return 1 }
            return value
        }
        return 1
    }
}

extension Image {
    /// The picture turned as EXIF's orientation tag says.
    func oriented(_ orientation: Int) -> Image {
        let (w, h) = (width, height)
        return switch orientation {
        case 2: mirrored()
        case 3: transformed(width: w, height: h) { (w - 1 - $0, h - 1 - $1) }
        case 4: transformed(width: w, height: h) { ($0, h - 1 - $1) }
        case 5: transformed(width: h, height: w) { ($1, $0) }
        case 6: transformed(width: h, height: w) { ($1, h - 1 - $0) }
        case 7: transformed(width: h, height: w) { (w - 1 - $1, h - 1 - $0) }
        case 8: transformed(width: h, height: w) { (w - 1 - $1, $0) }
        default: self
        }
    }
}
