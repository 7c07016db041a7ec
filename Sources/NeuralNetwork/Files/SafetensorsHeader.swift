import Foundation

/// The checked header of a safetensors file.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let begin: Int
        let end: Int
    }

    /// In the order of their bytes, without gaps or overlaps.
    let entries: [Entry]
    let metadata: [String: String]

    init(_ json: Data, dataBytes: Int) throws(NetworkError) {
        guard json.first == UInt8(ascii: "{"),
            let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any]
        else {
            throw NetworkError(.damagedFile, "not a safetensors file: its header is not a JSON object")
        }
        if let path = JSONDuplicates.first(in: json) {
            // JSONSerialization would keep one of the two without a word.
            let what =
                path.count > 1
                ? "\(path[0]) has the key \(path.dropFirst().joined(separator: "."))" : "tensor \(path[0]) is there"
            throw NetworkError(.damagedFile, "\(what) twice; names must be unique")
        }
        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for (name, value) in object {
            if name == "__metadata__" {
                guard let strings = value as? [String: String] else {
                    throw NetworkError(.damagedFile, "__metadata__ holds something other than strings")
                }
                metadata = strings
            } else {
                entries.append(try Self.entry(name, value))
            }
        }
        entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var position = 0
        for entry in entries {
            guard entry.begin == position else {
                throw NetworkError(
                    .damagedFile, "tensor \(entry.name) begins at byte \(entry.begin), not at \(position)")
            }
            position = entry.end
        }
        guard position == dataBytes else {
            throw NetworkError(
                .damagedFile, "the tensors end at byte \(position), the file holds \(dataBytes): truncated or damaged")
        }
        self.entries = entries
        self.metadata = metadata
    }

    private static func entry(_ name: String, _ value: Any) throws(NetworkError) -> Entry {
        guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
            let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int], offsets.count == 2
        else { throw NetworkError(.damagedFile, "tensor \(name) lacks dtype, shape or data_offsets") }
        guard let type = SafetensorsType(rawValue: typeName) else {
            throw NetworkError(.unsupportedType, "tensor \(name) is \(typeName); F32, F16 and BF16 can be read")
        }
        var bytes = type.bytes
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else {
                throw NetworkError(.damagedFile, "tensor \(name) has an impossible shape \(shape)")
            }
            bytes = product
        }
        guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
            throw NetworkError(.damagedFile, "tensor \(name) of shape \(shape) needs \(bytes) bytes, not \(offsets)")
        }
        return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
    }
}

/// The element types that are read.
enum SafetensorsType: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    var bytes: Int { self == .float32 ? 4 : 2 }

    func decode(_ data: Data) -> [Float] {
        let count = data.count / bytes
        return unsafe data.withUnsafeBytes { raw in
            switch self {
            case .float32:
                (0..<count).map {
                    Float(
                        bitPattern: UInt32(
                            littleEndian: unsafe raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
                }
            case .float16:
                (0..<count).map {
                    HalfPrecision.value(
                        of: UInt16(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)))
                }
            case .bfloat16:
                (0..<count).map {
                    Float(
                        bitPattern: UInt32(
                            UInt16(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)))
                            << 16)
                }
            }
        }
    }
}
