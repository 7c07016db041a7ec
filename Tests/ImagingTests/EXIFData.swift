/// EXIF data with an orientation, for tests.
struct EXIFData {
    var orientation: UInt8
    var isBigEndian = false
    /// 3 is SHORT, 4 is LONG.
    var type: UInt8 = 3
    var hasPrefix = false

    var bytes: [UInt8] {
        func number(_ value: UInt8, _ count: Int) -> [UInt8] {
            let zeros = [UInt8](repeating: 0, count: count - 1)
            return isBigEndian ? zeros + [value] : [value] + zeros
        }
        let size = type == 1 ? 1 : type == 4 ? 4 : 2
        var result = hasPrefix ? Self.prefix : []
        result += Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
        // Another tag comes before it.
        result += number(1, 2) + number(3, 2) + number(1, 4) + number(7, 2) + [0, 0]
        result += isBigEndian ? [0x01, 0x12] : [0x12, 0x01]
        result += number(type, 2) + number(1, 4) + number(orientation, size) + [UInt8](repeating: 0, count: 4 - size)
        return result + number(0, 4)
    }

    static let prefix: [UInt8] = Array("Exif".utf8) + [0, 0]

    /// Every way to write an orientation.
    static let all: [EXIFData] = {
        var all: [EXIFData] = []
        for orientation: UInt8 in 1...8 {
            for type: UInt8 in [1, 3, 4] {
                for (isBigEndian, hasPrefix) in [(false, false), (false, true), (true, false), (true, true)] {
                    all.append(
                        EXIFData(
                            orientation: orientation, isBigEndian: isBigEndian, type: type, hasPrefix: hasPrefix))
                }
            }
        }
        return all
    }()
}
