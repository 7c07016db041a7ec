public import Foundation
import Platform

/// The safetensors format: a little-endian u64 header length, a JSON header, and the tensors' bytes.
///
/// Reading accepts float32, float16 and bfloat16 and refuses everything that the format forbids: overlaps, gaps, duplicate
/// names, sizes that do not follow from the shape, a file longer or shorter than its header says.
public struct Safetensors: Sendable {
    /// The tensors by name.
    public var tensors: [String: Tensor]
    /// The free-form strings of `__metadata__`.
    public var metadata: [String: String]

    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    static let longestHeader = 100_000_000

    /// Reads a whole file that lies in memory.
    /// - Throws: `NetworkError` with `damagedFile` or `unsupportedType`, naming the tensor.
    public init(_ data: Data) throws(NetworkError) {
        let (header, start) = try Self.header(of: data)
        tensors = [:]
        metadata = header.metadata
        for entry in header.entries {
            let bytes = data[(start + entry.begin)..<(start + entry.end)]
            tensors[entry.name] = Tensor(shape: entry.shape, values: entry.type.decode(bytes))
        }
    }

    /// The free-form strings of a whole file that lies in memory, without the work of reading its tensors.
    /// - Throws: `NetworkError` with `damagedFile` or `unsupportedType`.
    public static func metadata(of data: Data) throws(NetworkError) -> [String: String] {
        try header(of: data).header.metadata
    }

    /// The checked header, and where the tensors' bytes begin.
    private static func header(of data: Data) throws(NetworkError) -> (header: SafetensorsHeader, start: Int) {
        guard data.count >= 8 else {
            throw NetworkError(.damagedFile, "not a safetensors file: \(data.count) bytes are too few for its header")
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(longestHeader), Int(length) <= data.count - 8 else {
            throw NetworkError(.damagedFile, "not a safetensors file: its header would be \(length) bytes long")
        }
        let start = data.startIndex + 8 + Int(length)
        return (try SafetensorsHeader(data[(data.startIndex + 8)..<start], dataBytes: data.endIndex - start), start)
    }

    /// Reads a file.
    /// - Throws: `NetworkError` with `inputOutput` when it cannot be read, or as `init(_:)`.
    public init(contentsOf path: String) throws(NetworkError) {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
            throw NetworkError(.inputOutput, "cannot read \(path): \(SystemReason.text(error))")
        }
        do { try self.init(data) } catch { throw NetworkError(error.code, "\(path): \(error.message)") }
    }

    /// The file's bytes in single precision: names in order, the header padded with spaces to a multiple of 8.
    public func encoded() -> Data { bytes(float16Names: []) }

    /// The same with tensors in half precision.
    /// - Parameter float32Names: tensors that stay in single precision.
    /// - Throws: `NetworkError` with `notFinite`, naming a tensor with a value that half precision would store as infinite or as no number.
    public func encodedInHalfPrecision(keeping float32Names: Set<String> = []) throws(NetworkError) -> Data {
        let names = Set(tensors.keys).subtracting(float32Names)
        for name in names.sorted() {
            let outside = tensors[name]?.values.first { HalfPrecision.bits(of: $0) & 0x7c00 == 0x7c00 }
            guard let outside else { continue }
            throw NetworkError(
                .notFinite,
                "tensor \(name) holds \(outside), which half precision cannot store: its largest number is \(HalfPrecision.largest)"
            )
        }
        return bytes(float16Names: names)
    }

    private func bytes(float16Names: Set<String>) -> Data {
        var header: [String: Any] = [:]
        if !metadata.isEmpty { header["__metadata__"] = metadata }
        var body = Data()
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let begin = body.count
            let type: SafetensorsType
            if float16Names.contains(name) {
                type = .float16
                unsafe tensor.values.map { HalfPrecision.bits(of: $0) }.withUnsafeBytes {
                    unsafe body.append(contentsOf: $0)
                }
            } else {
                type = .float32
                unsafe tensor.values.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
            }
            header[name] = ["dtype": type.rawValue, "shape": tensor.shape, "data_offsets": [begin, body.count]]
        }
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard var json = try? JSONSerialization.data(withJSONObject: header, options: options) else {
            preconditionFailure("a header of strings and integers is always valid JSON")
        }
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        var file = Data((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
        file.append(json)
        file.append(body)
        return file
    }

    /// Writes the file whole or not at all (a temporary file beside it, then a rename).
    /// - Throws: `NetworkError` with `inputOutput`.
    public func write(to path: String) throws(NetworkError) {
        do { try encoded().write(to: URL(filePath: path), options: .atomic) } catch {
            throw NetworkError(.inputOutput, "cannot write \(path): \(SystemReason.text(error))")
        }
    }
}
