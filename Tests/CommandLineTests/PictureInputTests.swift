import API
import Foundation
import Options
import Testing

@testable import CommandLine

/// Pictures as commands get them: files, folders, pipes, lists.
@Suite struct PictureInputTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../samples").standardizedFileURL.path

    private let folder = NSTemporaryDirectory() + "aniwho-input-" + UUID().uuidString

    @Test func `paths in a list end with a line, or with a NUL character`() throws {
        func paths(_ text: String, null: Bool = false) throws -> [String] {
            try PictureList.paths(in: Data(text.utf8), separatedByNull: null)
        }
        #expect(try paths("a.png\nb c.png\n\nd.png") == ["a.png", "b c.png", "d.png"])
        #expect(try paths("a.png\r\nb.png\r\n") == ["a.png", "b.png"])
        #expect(try paths("a\nb.png\0c\r\0", null: true) == ["a\nb.png", "c\r"])
        #expect(throws: Failure.self) { try PictureList.paths(in: Data([0x61, 0xFF, 0x0A]), separatedByNull: false) }
        #expect(try paths("").isEmpty && paths("\0", null: true).isEmpty)
    }

    @Test func `every path that is wrong is named, then how many are`() throws {
        let good = Self.samples + "/strangers/1.png"
        let failure = #expect(throws: Failure.self) { try PictureList.expand(["/no/1.png", good, "/no/2.png"]) }
        #expect(failure?.causes == ["there is no file /no/1.png", "there is no file /no/2.png"])
        #expect(failure?.message == "2 of 3 pictures could not be read" && failure?.exitCode == .notFound)
        let one = #expect(throws: Failure.self) { try PictureList.expand(["/no/1.png"]) }
        #expect(one?.message == "there is no file /no/1.png" && one?.causes == [])
        #expect(try PictureList.expand([good, Self.samples + "/strangers"]).count > 2)
    }

    @Test func `a pipe is read once and held`() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bytes = try Data(contentsOf: URL(filePath: Self.samples + "/strangers/1.png"))
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        let path = folder + "/pipe"
        Thread { try? FileHandle(forWritingAtPath: path)?.write(contentsOf: bytes) }.start()
        let picture = try PictureInput(path)
        #expect(try picture.bytes() == bytes && picture.bytes() == bytes)
        #expect(!picture.isFile && picture.byteCount == bytes.count && picture.fileName == "stdin.png")
        #expect(try picture.part().name == path)
        _ = try picture.image()
    }

    @Test func `a file is read when it is needed`() throws {
        let picture = try PictureInput(Self.samples + "/strangers/1.png")
        #expect(picture.isFile && picture.fileName == "1.png" && picture.byteCount > 0)
        #expect(throws: Failure.self) { try PictureInput(file: "/no/1.png").bytes() }
        #expect(throws: Failure.self) { try PictureInput(file: #filePath).image() }
        #expect(throws: Failure.self) { try PictureInput(file: #filePath).rawPart() }
    }

    @Test func `standard input is read once at most`() throws {
        func arguments(_ words: String...) throws -> Arguments { try Arguments(words, by: Classify.interface) }
        for words in [["-", "-"], ["--null", "a"]] {
            let given = try Arguments(words, by: Classify.interface)
            #expect(throws: UsageError.self) { try given.pictures("IMAGE") }
        }
        let none = try arguments()
        #expect(throws: UsageError.self) { try none.somePictures("IMAGE") }
    }
}
