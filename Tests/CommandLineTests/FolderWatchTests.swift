import FewShot
import Foundation
import Testing

@testable import CommandLine

@Suite struct FolderWatchTests {
    private let folder = NSTemporaryDirectory() + "aniwho-watch-" + UUID().uuidString

    private func write(_ name: String, _ bytes: Int) throws {
        try Data(count: bytes).write(to: URL(filePath: folder + "/" + name))
    }

    @Test func `a picture is found when it is whole, once, and again when it changes`() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("old.png", 5)
        var watch = try FolderWatch(folder, takesPresent: false)
        #expect(try watch.look().isEmpty)
        try write("new.png", 5)
        try write("note.txt", 5)
        try write("empty.png", 0)
        #expect(try watch.look().isEmpty)
        try write("new.png", 9)
        #expect(try watch.look().isEmpty)
        #expect(try watch.look() == [folder + "/new.png"])
        // Not taken: it is still waiting.
        #expect(try watch.look() == [folder + "/new.png"])
        watch.take(folder + "/new.png")
        #expect(try watch.look().isEmpty)
        try write("old.png", 6)
        _ = try watch.look()
        #expect(try watch.look() == [folder + "/old.png"])
        // One that goes and comes is new.
        try FileManager.default.removeItem(atPath: folder + "/new.png")
        watch.take(folder + "/old.png")
        #expect(try watch.look().isEmpty)
        try write("new.png", 9)
        _ = try watch.look()
        #expect(try watch.look() == [folder + "/new.png"])
    }

    @Test func `a link is a new picture again when its target was not whole`() throws {
        let targets = folder + "-targets"
        defer { for path in [folder, targets] { try? FileManager.default.removeItem(atPath: path) } }
        for path in [folder, targets] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try Data(count: 5).write(to: URL(filePath: targets + "/picture"))
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/link.png", withDestinationPath: targets + "/picture")
        var watch = try FolderWatch(folder, takesPresent: true)
        #expect(try watch.look() == [folder + "/link.png"])
        watch.take(folder + "/link.png")
        #expect(try watch.look().isEmpty)
        try Data(count: 9).write(to: URL(filePath: targets + "/picture"))
        #expect(try watch.look().isEmpty)
        #expect(try watch.look() == [folder + "/link.png"])
    }

    @Test func `what is there may count as new, and a folder must be there`() throws {
        #expect(throws: DataSetError.self) { try FolderWatch(folder, takesPresent: true) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("10.png", 1)
        try write("9.png", 1)
        var watch = try FolderWatch(folder, takesPresent: true)
        #expect(try watch.look() == ["9", "10"].map { "\(folder)/\($0).png" })
        try FileManager.default.removeItem(atPath: folder)
        #expect(throws: DataSetError.self) { try watch.look() }
    }
}
