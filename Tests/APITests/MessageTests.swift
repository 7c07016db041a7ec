import API
import Foundation
import Testing

/// The pieces that requests are made of.
struct MessageTests {
    @Test(arguments: ["a b", "初音ミク", "a/b", "..", ".", "100%", "x?y=z&w", "é"]) func namesSurvivePaths(name: String)
        throws
    {
        let template = PathTemplate("/v1/characters/{name}/images")
        let path = try template.expand(["name": name])
        #expect(try template.match(path) == ["name": name])
        #expect(path.split(separator: "/", omittingEmptySubsequences: false).count == 5)
    }

    @Test func brokenEscapesAreRefused() {
        #expect(throws: APIError.self) { try PathTemplate("/v1/{x}").match("/v1/%zz") }
        #expect(throws: APIError.self) { try PercentEncoding.decodeQuery("a=%f") }
        #expect(throws: APIError.self) { try PercentEncoding.decodeQuery("a=1&a=2") }
    }

    @Test func formsThatAreCutShortAreRefused() throws {
        let form = MultipartForm.encode([FilePart(name: "a\"b\r\n.png", bytes: Data([13, 10, 45, 45, 0]))])
        let whole = try MultipartForm.decode(form.body, contentType: form.contentType)
        #expect(whole.first?.name == "a\"b\r\n.png" && whole.first?.bytes == Data([13, 10, 45, 45, 0]))
        for count in 0..<form.body.count - 4 {
            #expect(throws: APIError.self) {
                try MultipartForm.decode(Data(form.body.prefix(count)), contentType: form.contentType)
            }
        }
        #expect(throws: APIError.self) { try MultipartForm.decode(form.body, contentType: "multipart/form-data") }
        // Two delimiters that share a new line, which once ended the daemon.
        let shared = #expect(throws: APIError.self) {
            try MultipartForm.decode(Data("--x\r\n--x--".utf8), contentType: "multipart/form-data; boundary=x")
        }
        #expect(shared?.message.contains("part 1 of the multipart body has no headers") == true)
    }

    @Test(arguments: ErrorCode.allCases) func errorsTravel(code: ErrorCode) throws {
        let error = APIError(code, "what was wrong")
        #expect(APIError(response: ResponseMessage(error: error)) == error)
        #expect((400..<600).contains(code.status) && code.exitCode != .ok)
    }

    @Test func anErrorOfANewerDaemonKeepsItsKind() {
        let body = Data(#"{"error":{"code":"news","message":"m"}}"#.utf8)
        let error = APIError(response: ResponseMessage(status: 404, contentType: MediaType.json, body: body))
        #expect(error == APIError(.routeNotFound, "m"))
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func `lines are whole however the bytes are cut`(size: Int) {
        let bytes = Data("one\n\ntwo 初音\nthree".utf8)
        var splitter = LineSplitter()
        var lines: [Data] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.append(bytes[start..<min(bytes.count, start + size)])
        }
        #expect(lines == [Data("one".utf8), Data("two 初音".utf8)])
        #expect(splitter.append(Data("!\n".utf8)) == [Data("three!".utf8)])
    }

    @Test func `a line without end is dropped, the next one is not`() {
        var splitter = LineSplitter()
        for _ in 0..<5 { #expect(splitter.append(Data(repeating: 65, count: LineSplitter.maximumBytes / 2)).isEmpty) }
        #expect(splitter.append(Data("tail\nnext\n".utf8)) == [Data("next".utf8)])
    }

    @Test func `JSON of any shape comes through`() throws {
        let text = #"{"a":[1,2.5,"x",null,true],"b":{"c":-9007199254740993},"d":1e-7}"#
        let value = try JSON.decode(JSONValue.self, from: Data(text.utf8))
        #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value)
        #expect(value["b"]?["c"]?.integer == -9_007_199_254_740_993 && value["d"]?.double == 1e-7)
        #expect(value["a"] == .array([.integer(1), .number(2.5), .string("x"), .null, .bool(true)]))
        #expect(value["z"] == nil && value["d"]?["x"] == nil)
    }
}
