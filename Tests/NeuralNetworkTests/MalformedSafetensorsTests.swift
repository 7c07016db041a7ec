import Foundation
import Testing

@testable import NeuralNetwork

/// Files that the format forbids: each is refused, and the message names the tensor.
@Suite struct MalformedSafetensorsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let header: String
        var bytes = 8
        var code = NetworkError.Code.damagedFile
        /// What the message must say.
        var names = "tensor b"
        var testDescription: String { what }
    }

    private static let a = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

    private static func b(_ dtype: String = "F32", shape: String = "[1]", offsets: String = "[4,8]") -> String {
        #"{\#(a),"b":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    }

    static let cases = [
        Case(what: "overlap", header: b(offsets: "[2,6]"), bytes: 6),
        Case(what: "the same bytes twice", header: b(offsets: "[0,4]"), bytes: 4, names: "tensor"),
        Case(what: "gap", header: b(offsets: "[8,12]"), bytes: 12),
        Case(what: "gap at the beginning", header: #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#),
        Case(what: "too few bytes for the shape", header: b(shape: "[2]")),
        Case(what: "too many bytes for the shape", header: b("F16")),
        Case(what: "end before begin", header: b(offsets: "[8,4]")),
        Case(what: "negative begin", header: b(offsets: "[-4,0]")),
        Case(what: "three offsets", header: b(offsets: "[4,8,12]")),
        Case(what: "negative extent", header: b(shape: "[-1]")),
        Case(what: "two negative extents", header: b(shape: "[-1,-1]")),
        Case(what: "product beyond 64 bits", header: b(shape: "[4294967296,4294967296,4294967296]")),
        Case(what: "product that wraps to the right size", header: b(shape: "[4611686018427387905]")),
        Case(what: "extent beyond 64 bits", header: b(shape: "[1e30]")),
        Case(what: "fraction", header: b(shape: "[1.5]")),
        Case(what: "shape of strings", header: b(shape: #"["1"]"#)),
        Case(what: "no shape", header: #"{\#(a),"b":{"dtype":"F32","data_offsets":[4,8]}}"#),
        Case(what: "no type", header: #"{\#(a),"b":{"shape":[1],"data_offsets":[4,8]}}"#),
        Case(what: "no object", header: #"{\#(a),"b":7}"#),
        Case(what: "integers", header: b("I32"), code: .unsupportedType, names: "tensor b is I32"),
        Case(what: "type of another case", header: b("f32"), code: .unsupportedType),
        Case(
            what: "duplicate name",
            header:
                #"{\#(a),"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
        ),
        Case(
            what: "duplicate name, escaped",
            header:
                #"{"\u0062":{"dtype":"F32","shape":[2],"data_offsets":[0,8]} , "b" : {"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        ),
        Case(
            what: "duplicate field", header: #"{"b":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}"#,
            names: "b"),
        Case(
            what: "duplicate metadata",
            header: #"{"__metadata__":{"k":"1","k":"2"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            names: "k"),
        Case(what: "metadata of numbers", header: #"{"__metadata__":{"k":1},\#(a)}"#, bytes: 4, names: "__metadata__"),
        Case(what: "truncated", header: b(), bytes: 7, names: "truncated"),
        Case(what: "nothing after the header", header: b(), bytes: 0, names: "truncated"),
        Case(what: "too long", header: b(), bytes: 9, names: "9"),
        Case(what: "bytes without tensors", header: "{}", bytes: 1, names: "1"),
        Case(what: "not JSON", header: "{a}", bytes: 0, names: "JSON"),
        Case(what: "cut JSON", header: #"{"a":{"#, bytes: 0, names: "JSON"),
        Case(what: "an array", header: "[]", bytes: 0, names: "JSON"),
        Case(what: "space before the object", header: " {}", bytes: 0, names: "JSON"),
        Case(what: "empty header", header: "", bytes: 0, names: "JSON"),
    ]

    @Test(arguments: cases) func `it is refused by name`(c: Case) {
        let file = SafetensorsFile.bytes(c.header, Data(count: c.bytes))
        let error = #expect(throws: NetworkError.self) { try Safetensors(file) }
        #expect(error?.code == c.code)
        #expect(error?.message.contains(c.names) == true, "\(error?.message ?? "")")
    }

    @Test func `the sound file beside them is read`() throws {
        let file = try Safetensors(SafetensorsFile.bytes(Self.b(), Data(count: 8)))
        #expect(file.tensors.keys.sorted() == ["a", "b"])
        let nested =
            #"{"__metadata__":{"a":"{\"a\":1,\"a\":2}","b":"a","dtype":"\\"},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}  "#
        let read = try Safetensors(SafetensorsFile.bytes(nested, Data(count: 4)))
        #expect(read.metadata == ["a": #"{"a":1,"a":2}"#, "b": "a", "dtype": "\\"] && read.tensors.count == 1)
    }

    @Test(arguments: [9, 1 << 20, 100_000_001, UInt64(Int64.max), .max])
    func `a header longer than the file is refused`(length: UInt64) {
        let file = SafetensorsFile.bytes("{}", Data(), length: length)
        let error = #expect(throws: NetworkError.self) { try Safetensors(file) }
        #expect(error?.code == .damagedFile && error?.message.contains("header") == true)
    }

    @Test func `no beginning of a file passes for a whole one`() {
        let file = Safetensors(tensors: ["x": Tensor(shape: [3], values: [1, 2, 3])]).encoded()
        for length in 0..<file.count {
            #expect(throws: NetworkError.self) { try Safetensors(Data(file.prefix(length))) }
        }
    }
}
