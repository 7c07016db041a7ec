/// EXIF's orientation, the only part of EXIF that changes how a picture looks.
enum EXIF {
    /// Begins the EXIF data of every JPEG, and of some WebP and PNG files.
    private static let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]

    /// The orientation tag (1–8) of EXIF data, with or without its prefix; 1 if it has none or is damaged.
    static func orientation(_ data: [UInt8]) -> Int {
        let tiff = data.starts(with: prefix) ? data.dropFirst(prefix.count) : data[...]
        let littleEndian = tiff.starts(with: [0x49, 0x49])
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at + count <= tiff.count else { return nil }
            let bytes = tiff[(tiff.startIndex + at)..<(tiff.startIndex + at + count)]
            return (littleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard littleEndian || tiff.starts(with: [0x4D, 0x4D]), let directory = number(4, 4),
            let entries = number(directory, 2)
        else { return 1 }
        for index in 0..<entries {
            let entry = directory + 2 + index * 12
            guard let tag = number(entry, 2), let type = number(entry + 2, 2) else { return 1 }
            guard tag == 0x0112 else { continue }
            let size =
                switch type {
                case 1, 6: 1  // BYTE, SBYTE
                case 4, 9: 4  // LONG, SLONG
                default: 2  // SHORT, which the standard asks for
                }
            guard let value = number(entry + 8, size), (1...8).contains(value) else { return 1 }
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
