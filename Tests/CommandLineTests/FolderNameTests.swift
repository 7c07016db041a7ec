import API
import Foundation
import Testing

@testable import CommandLine

@Suite struct FolderNameTests {
    @Test(arguments: [
        ("Rei Ayanami", "Rei Ayanami"), ("AC/DC", "AC%2FDC"), (".hidden", "%2Ehidden"), ("a.b", "a.b"),
        ("100 %", "100 %"), ("a%2Fb", "a%252Fb"), ("%25", "%2525"), ("初音ミク", "初音ミク"), ("%", "%"),
        ("%%2E/.", "%%252E%2F."), ("a/\u{301}b", "a%2F\u{301}b"), (".\u{301}", "%2E\u{301}"),
        ("_unknown", "%5Funknown"), ("_x", "_x"), ("%5F", "%255F"),
    ])
    func `every name comes back from its folder`(name: String, folder: String) {
        #expect(FolderName.of(name) == folder && FolderName.character(folder) == name)
    }

    @Test(arguments: [
        ("folder/1.png", "png", "1.png"), ("x.JPG", "jpeg", "x.JPG"), ("x.png", "jpeg", "x.jpeg"),
        ("", "webp", "7.webp"), ("https://a.b/c.png?size=3", "png", "c.png?size=3.png"), ("..", "png", "7.png"),
        ("a\u{7}b.png", "png", "ab.png"),
        ("web", "jpeg", "web.jpeg"),
    ])
    func `every picture has a file's name`(source: String, format: String, expected: String) {
        let image = EnrolledImage(
            id: 7, character: "Rei", sha256: "", format: format, bytes: 1, width: 1, height: 1, source: source,
            addedAt: Date())
        #expect(RegistryExport.fileName(of: image) == expected)
    }

    @Test func `names that are too long for a file are cut, and stay different`() {
        let long = String(repeating: "/", count: 90)
        #expect(FolderName.of(long).utf8.count == 255 && FolderName.of(long) != FolderName.of(long + "/"))
        let name = String(repeating: "長", count: 83) + ".png"
        #expect(FileName.numbered(name, 1) == name)
        #expect(FileName.numbered(name, 2) == String(repeating: "長", count: 82) + " (2).png")
        #expect(FileName.numbered("a." + String(repeating: "b", count: 253), 12).utf8.count == 255)
        #expect(FileName.numbered("archive.tar", 2) == "archive (2).tar" && FileName.numbered("name", 2) == "name (2)")
    }

    @Test func `a long name is cut between letters`() {
        let image = EnrolledImage(
            id: 7, character: "Rei", sha256: "", format: "png", bytes: 1, width: 1, height: 1,
            source: String(repeating: "ミ", count: 300), addedAt: Date())
        #expect(RegistryExport.fileName(of: image) == String(repeating: "ミ", count: 66) + ".png")
    }
}
