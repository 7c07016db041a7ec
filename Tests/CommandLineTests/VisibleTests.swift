import Foundation
import Platform
import Testing

@testable import CommandLine

@Suite struct VisibleTests {
    @Test(arguments: [
        ("初音ミク é 👨‍👩‍👧", "初音ミク é 👨‍👩‍👧"), ("a\u{1B}[2Jb", #"a\x1B[2Jb"#), ("a\nb\t\r", #"a\nb\t\r"#),
        ("\u{9B}31m", #"\x9B31m"#), ("\u{202E}gnp", #"\u202Egnp"#), ("\u{2028}", #"\u2028"#),
        ("\u{7F}\0", #"\x7F\x00"#),
        ("x\r\ny", #"x\r\ny"#),
    ])
    func `control characters are shown as codes`(text: String, shown: String) { #expect(Visible.line(text) == shown) }

    @Test func `lines stay lines, and tables have one a row`() {
        #expect(Visible.text("a\n\tb\u{7}") == "a\n\tb\\x07")
        #expect(Visible.message("no file a\naniwho: all is well") == "no file a\n  aniwho: all is well")
        var table = TextTable(("name", .left))
        table.add("a\nforged\u{1B}[1m")
        #expect(table.text == "name\na\\nforged\\x1B[1m")
    }

    @Test func `JSON keeps its value`() throws {
        let text = #"{"name":"a\#u{9B}\#u{7F}é"}"#
        #expect(Visible.json(text) == #"{"name":"a\u009b\u007fé"}"#)
        #expect(
            try JSONDecoder().decode([String: String].self, from: Data(Visible.json(text).utf8)) == [
                "name": "a\u{9B}\u{7F}é"
            ])
    }

    @Test func `errors of Foundation are said in words`() {
        #expect(SystemReason.text(CocoaError(.fileWriteOutOfSpace)) == "no space left on device")
        #expect(SystemReason.text(POSIXError(.EACCES)) == "permission denied")
        #expect(!SystemReason.text(CocoaError(.fileWriteUnknown)).contains("NSCocoa"))
        let wrapped = NSError(
            domain: NSCocoaErrorDomain, code: 512, userInfo: [NSUnderlyingErrorKey: POSIXError(.EROFS)])
        #expect(SystemReason.text(wrapped) == "read-only file system")
        #expect(Failure(CocoaError(.fileReadNoPermission)).message == "permission denied")
    }
}
