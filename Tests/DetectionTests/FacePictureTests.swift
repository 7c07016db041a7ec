import Foundation
import Testing

@testable import Detection

/// Folders of pictures with boxes.
@Suite final class FacePictureTests {
    private let folder = NSTemporaryDirectory() + "aniwho-boxes-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    @Test func `a folder with boxes holds what boxes.json names, another one its pictures`() throws {
        try write("", "b_2.png")
        try write("", "a_1.jpg")
        try write("", "other.png")
        try write("", "notes.txt")
        #expect(try FacePictures(folders: [folder]).entries.map(\.name) == ["a_1.jpg", "b_2.png", "other.png"])
        try write(#"{"b_2.png": [[1, 2, 11.5, 22]], "a_1.jpg": []}"#, "boxes.json")
        let entries = try FacePictures(folders: [folder]).entries
        #expect(entries.map(\.name) == ["a_1.jpg", "b_2.png"])
        #expect(entries.map(\.boxes) == [[], [BoxEdges(left: 1, top: 2, right: 11.5, bottom: 22)]])
        #expect(entries.map(\.kind) == ["a", "b"])
    }

    @Test func `places that may hold a face or not are read from a list of their own`() throws {
        for name in ["a_1.png", "a_2.png", "a_3.png"] { try write("", name) }
        try write(#"{"a_1.png": [[1, 2, 11, 22]], "a_2.png": [], "a_3.png": []}"#, "boxes.json")
        try write(#"{"a_2.png": [[3, 4, 5, 6]]}"#, "ignored.json")
        let entries = try FacePictures(folders: [folder]).entries
        #expect(entries.map(\.ignored) == [[], [BoxEdges(left: 3, top: 4, right: 5, bottom: 6)], []])
        #expect(entries.map(\.isFaceless) == [false, false, true])
        try write(#"{"gone.png": []}"#, "ignored.json")
        #expect { try FacePictures(folders: [folder]) } throws: { "\($0)".contains("ignored.json names gone.png") }
    }

    @Test(arguments: [
        ("[1, 2]", "is not JSON of"), (#"{"b_2.png": [[1, 2, 3]]}"#, "is no box"),
        (#"{"b_2.png": [[5, 2, 1, 4]]}"#, "[5.0, 2.0, 1.0, 4.0] of b_2.png is no box"),
        (#"{"gone.png": []}"#, "names gone.png, which is not there"),
    ]) func `what is wrong is named`(text: String, message: String) throws {
        try write("", "b_2.png")
        try write(text, "boxes.json")
        #expect { try FacePictures(folders: [folder]) } throws: { "\($0)".contains(message) }
    }

    @Test func `a folder without pictures is refused`() {
        #expect { try FacePictures(folders: [folder]) } throws: { "\($0)".contains("holds no pictures") }
        #expect { try FacePictures(folders: ["\(folder)/gone"]) } throws: { "\($0)".contains("cannot read the folder") }
    }

    @Test func `a third is held out by name alone`() {
        func entry(_ name: String) -> FacePictures.Entry { .init(path: "/anywhere/\(name)", boxes: []) }
        // FNV-1a: of "a" 0xaf63dc4c8601ec8c, which 3 does not divide; the published test vectors.
        #expect(entry("a").isHeldOut == (UInt64(0xaf63_dc4c_8601_ec8c) % 3 == 0))
        #expect(entry("foobar").isHeldOut == (UInt64(0x8594_4171_f739_67e8) % 3 == 0))
        let count = (0..<3000).count { entry("picture_\($0).jpg").isHeldOut }
        #expect((900...1100).contains(count))
        #expect(FacePictures.Entry(path: "x/single.png", boxes: []).kind == "single")
    }
}
