import Foundation
import Testing

@testable import NeuralNetwork

@Suite struct SafetensorsTests {
    private static let tensors = [
        "a/weight": Tensor(shape: [2, 3], values: [1, -2, 0.5, -0.0, 65504, 6.103515625e-05]),
        "b": Tensor(shape: [], values: [3]),
        "empty": Tensor(shape: [0, 4], values: []),
        "名前": Tensor(shape: [1], values: [-1.5]),
    ]

    @Test(arguments: [false, true]) func `what is written is read`(isHalf: Bool) throws {
        let written = Safetensors(tensors: Self.tensors, metadata: ["note": "a \"quoted\"\nline", "ü": "✓"])
        let read = try Safetensors(isHalf ? written.encodedInHalfPrecision() : written.encoded())
        #expect(read.tensors == Self.tensors)
        #expect(read.metadata == written.metadata)
        #expect(read.tensors["a/weight"]?.values[3].sign == .minus)
    }

    @Test func `single precision keeps every bit, half precision what it can`() throws {
        let values: [Float] = [.pi, 1e-30, 3e38, .leastNonzeroMagnitude, .nan, -.infinity]
        let file = Safetensors(tensors: ["x": Tensor(shape: [6], values: values)])
        let single = try #require(try Safetensors(file.encoded()).tensors["x"]).values
        #expect(single.map(\.bitPattern) == values.map(\.bitPattern))
        let finite = Safetensors(tensors: [
            "x": Tensor(shape: [4], values: [.pi, 1e-30, 65504, .leastNonzeroMagnitude])
        ])
        let half = try #require(try Safetensors(finite.encodedInHalfPrecision()).tensors["x"]).values
        #expect(half == [3.140625, 0, 65504, 0])
        let kept = try Safetensors(file.encodedInHalfPrecision(keeping: ["x"]))
        #expect(kept.tensors["x"]?.values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test(arguments: [65520, -3e38, .infinity, .nan] as [Float])
    func `half precision refuses what it cannot store, and names the tensor`(value: Float) throws {
        let file = Safetensors(tensors: [
            "good": Tensor(shape: [2], values: [65519, -1]), "stem.weight": Tensor(shape: [2], values: [0, value]),
        ])
        let error = #expect(throws: NetworkError.self) { try file.encodedInHalfPrecision() }
        #expect(error?.code == .notFinite)
        #expect(error?.message.contains("stem.weight holds \(value)") == true)
        #expect(
            try Safetensors(file.encodedInHalfPrecision(keeping: ["stem.weight"])).tensors["good"]?.values[0] == 65504)
    }

    /// 1, −2.5, 2⁻¹²⁶ and infinity, and a number that half precision has not.
    @Test func `bfloat16 is the upper half of a float`() throws {
        let body = Data([0x80, 0x3F, 0x20, 0xC0, 0x80, 0x00, 0x80, 0x7F, 0x49, 0x40])
        let file = SafetensorsFile.bytes(#"{"x":{"dtype":"BF16","shape":[5],"data_offsets":[0,10]}}"#, body)
        let values = try #require(try Safetensors(file).tensors["x"]).values
        #expect(values == [1, -2.5, .leastNormalMagnitude, .infinity, 3.140625])
    }

    @Test func `the header is JSON padded with spaces to a multiple of eight`() throws {
        for length in 1...9 {
            let name = String(repeating: "n", count: length)
            let file = Safetensors(tensors: [name: Tensor(shape: [1], values: [2])]).encoded()
            let size = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(size % 8 == 0 && file.count == 8 + size + 4)
            let header = file.dropFirst(8).prefix(size)
            #expect(header.first == UInt8(ascii: "{"))
            let text = String(decoding: header, as: UTF8.self)
            #expect(text.drop { $0 != "}" }.allSatisfy { $0 == "}" || $0 == " " })
            #expect(Array(file.suffix(4)) == [0, 0, 0, 0x40])
        }
    }

    @Test func `the bytes do not depend on the order of a dictionary`() {
        let names = (0..<40).map { "t\($0)" }
        func file(_ names: [String]) -> Data {
            let tensors = names.map { ($0, Tensor(shape: [1], values: [Float($0.count)])) }
            return Safetensors(tensors: Dictionary(uniqueKeysWithValues: tensors)).encoded()
        }
        #expect(file(names) == file(names.reversed()))
    }

    @Test func `files are written whole and read back`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "aniwho-nn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "x.safetensors").path
        try Safetensors(tensors: Self.tensors).write(to: path)
        #expect(try Safetensors(contentsOf: path).tensors == Self.tensors)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.safetensors"])
        let missing = #expect(throws: NetworkError.self) { try Safetensors(contentsOf: path + ".not") }
        #expect(missing?.code == .inputOutput && missing?.message.contains(path + ".not") == true)
        let unwritable = #expect(throws: NetworkError.self) { try Safetensors(tensors: [:]).write(to: path + "/y") }
        #expect(unwritable?.code == .inputOutput)
        try Data("short".utf8).write(to: URL(filePath: path))
        let damaged = #expect(throws: NetworkError.self) { try Safetensors(contentsOf: path) }
        #expect(damaged?.code == .damagedFile && damaged?.message.contains(path) == true)
    }

    /// A slice of a larger buffer, whose indices do not begin at zero.
    @Test func `a slice is read like a whole file`() throws {
        let file = Data(repeating: 7, count: 13) + Safetensors(tensors: Self.tensors).encoded()
        #expect(try Safetensors(file.dropFirst(13)).tensors == Self.tensors)
    }
}

/// Files put together by hand.
enum SafetensorsFile {
    static func bytes(_ header: String, _ body: Data, length: UInt64? = nil) -> Data {
        let size = length ?? UInt64(header.utf8.count)
        return Data((0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }) + Data(header.utf8) + body
    }
}
