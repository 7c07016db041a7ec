import Foundation
import Testing

@testable import API

/// Forms as the standards allow them and as programs send them.
struct MultipartTests {
    private static let type = "multipart/form-data; boundary=B"

    private static func decode(_ body: String, type: String = Self.type) throws(APIError) -> [FilePart] {
        try MultipartForm.decode(Data(body.utf8), contentType: type)
    }

    private static func form(_ disposition: String, _ more: String = "") -> String {
        "--B\r\nContent-Disposition: form-data\(disposition)\r\n\(more)\r\nX\r\n--B--\r\n"
    }

    private static func name(_ disposition: String) throws(APIError) -> String? {
        try decode(form(disposition)).first?.name
    }

    @Test(arguments: [
        ("This is a preamble.\r\nOf two lines.\r\n", "\r\n"), ("\r\n", ""), ("", "\r\nan epilogue\r\n--B\r\n"),
        ("--Bx\r\n--B -\r\n", "  \t"), ("--B--", ""),
    ])
    func `what stands before and after the form is skipped`(preamble: String, epilogue: String) throws {
        guard preamble != "--B--" else { return #expect(try Self.decode(preamble).isEmpty) }
        let body = preamble + "--B\r\nContent-Disposition: form-data; filename=a\r\n\r\nX\r\n--B--" + epilogue
        #expect(try Self.decode(body) == [FilePart(name: "a", bytes: Data("X".utf8))])
    }

    @Test func `spaces and tabs may follow the boundary`() throws {
        let body =
            "--B \t\r\nContent-Disposition: form-data; filename=a\r\n\r\nX\r\n--B\t \r\nContent-Disposition: form-data; filename=b\r\n\r\nY\r\n--B-- \r\n"
        #expect(try Self.decode(body).map(\.bytes) == [Data("X".utf8), Data("Y".utf8)])
    }

    @Test func `a line of a picture may begin like the boundary`() throws {
        let body = "--B\r\nContent-Disposition: form-data; filename=a\r\n\r\n1\r\n--Bx\r\n--B \r2\r\n--B-\r\n--B--"
        #expect(try Self.decode(body).first?.bytes == Data("1\r\n--Bx\r\n--B \r2\r\n--B-".utf8))
    }

    @Test(arguments: [
        ("; filename=\"a;b.png\"", "a;b.png"), ("; filename=plain.png ; x=y", "plain.png"), ("; FileName = \"A\"", "A"),
        ("; filename*=utf-8''%E5%88%9D%E9%9F%B3.png", "初音.png"), ("; filename*=UTF-8'ja'%61'b", "a'b"),
        ("; filename=\"x\"; filename*=iso-8859-1''%E9.png", "é.png"), ("; filename*=utf-8''%E9; filename=\"x\"", "x"),
        ("; filename*=koi8-r''%E9", "koi8-r''%E9"), ("; filename*=utf-8''%+1", "utf-8''%+1"),
        ("; filename=\"a\\\"b.png\"", "a\"b.png"), ("; filename=\"C:\\x\\\"", "C:\\x\\"),
        ("; filename=\"a\"b.png\"", "a\"b.png"), ("; filename=\"\u{301}a.png\"", "\u{301}a.png"),
        ("; filename=\"%22%0D%0A%25\"", "\"\r\n%25"), (";\r\n filename=\"folded\"", "folded"), ("; filename=\"\"", ""),
    ])
    func `file names as programs write them`(disposition: String, name: String) throws {
        let found = try Self.name(disposition)
        #expect(found.map { Array($0.utf8) } == Array(name.utf8), "\(found ?? "none")")
    }

    @Test func `names of any bytes stay different`() throws {
        func name(_ byte: UInt8) throws -> String? {
            let body =
                Data("--B\r\nContent-Disposition: form-data; filename=\"a".utf8) + [byte]
                + Data("\"\r\n\r\nX\r\n--B--".utf8)
            return try MultipartForm.decode(body, contentType: Self.type).first?.name
        }
        #expect(try name(0xE9) == "a%E9" && name(0xE8) == "a%E8")
    }

    @Test func `what is wrong is named`() throws {
        func message(_ body: String, type: String = Self.type) -> String {
            do throws(APIError) { return "\(try Self.decode(body, type: type))" } catch { return error.message }
        }
        #expect(
            message(Self.form("; name=\"character\"")).contains(
                "part 1 of the multipart body is the text field “character”"))
        #expect(message(Self.form("; filename=a", "Content-Transfer-Encoding: BASE64\r\n")).contains("base64"))
        #expect(try Self.decode(Self.form("; filename=a", "Content-Transfer-Encoding: binary\r\n")).count == 1)
        #expect(message("--B\nContent-Disposition: form-data; filename=a\n\nX\n--B--\n").contains("CR LF"))
        #expect(message("--C--").contains("no line with the boundary"))
        #expect(message("--B\r\n\r\nX\r\n--B--").contains("no headers"))
        let long = String(repeating: "X-A: b\r\n", count: 10_000)
        #expect(message(Self.form("; filename=a", long)).contains("64 KiB"))
        #expect(
            try Self.decode(Self.form("; filename=a"), type: "multipart/form-data; charset=x; boundary=\"B\"").count
                == 1)
    }
}
