import Foundation
import Testing

@testable import Sidecars

/// Tags a line, beside pictures.
@Suite struct TextSidecarTests {
    private let tags = PictureTags(
        faces: [.init(character: "Rei Ayanami"), .init(character: "Asuka"), .init(character: nil)],
        series: ["Rei Ayanami": "Evangelion", "Asuka": "Evangelion", "Mari": "Rebuild"])

    private func merged(_ text: String?, _ tags: PictureTags? = nil) throws -> String? {
        try SidecarFormat.txt.merged(tags ?? self.tags, into: text.map { Data($0.utf8) })
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `each tag has a line, and unknown faces only if asked`() throws {
        let all = "character:Rei Ayanami\ncharacter:Asuka\nseries:Evangelion\n"
        #expect(try merged(nil) == all)
        #expect(try merged("") == all)
        #expect(try merged(all) == nil)
        let unknown = PictureTags(faces: [.init(character: nil), .init(character: nil)], writesUnknown: true)
        #expect(try merged(nil, unknown) == "character:unknown\n")
        #expect(try merged(nil, PictureTags(faces: [.init(character: nil)])) == nil)
    }

    @Test func `other lines stay byte for byte`() throws {
        #expect(
            try merged("1girl\n\nblue hair", PictureTags(faces: [.init(character: "Rei")]))
                == "1girl\n\nblue hair\ncharacter:Rei\n")
        #expect(
            try merged("1girl\r\nsolo\r\n", PictureTags(faces: [.init(character: "Rei")]))
                == "1girl\r\nsolo\r\ncharacter:Rei\r\n")
        // hydrus writes tags in lower case.
        #expect(
            try merged("\u{FEFF}character:rei ayanami \nCHARACTER:ASUKA")
                == "\u{FEFF}character:rei ayanami \nCHARACTER:ASUKA\nseries:Evangelion\n")
    }

    @Test func `what is no text is refused`() {
        for bytes in [Data([0xFF, 0xFE, 0x31]), Data("a\0b".utf8)] {
            #expect(throws: SidecarError.self) { try SidecarFormat.txt.merged(tags, into: bytes) }
        }
    }

    @Test func `a sidecar is named after the picture or its stem`() {
        #expect(SidecarName.file.path(of: "a.b/picture.png", .xmp) == "a.b/picture.png.xmp")
        #expect(SidecarName.stem.path(of: "a.b/picture.png", .txt) == "a.b/picture.txt")
        #expect(SidecarName.stem.path(of: "a.b/picture", .json) == "a.b/picture.json")
    }
}
