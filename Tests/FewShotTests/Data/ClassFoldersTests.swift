import FewShot
import Foundation
import Testing

@Suite final class ClassFoldersTests {
    private let root = NSTemporaryDirectory() + "aniwho-folders-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func make(_ files: String...) throws {
        for file in files {
            let url = URL(filePath: "\(root)/\(file)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
    }

    private func names(_ folders: ClassFolders) -> [String] {
        folders.classes.map {
            $0.name + ":" + $0.images.map { String($0.split(separator: "/").last ?? "") }.joined(separator: " ")
        }
    }

    @Test func `classes and pictures are in the order of their numbers`() throws {
        try make("b 10/1.png", "b 9/10.png", "b 9/2.png", "b 9/1.jpg", "a/x.webp", "綾波レイ/1.JPEG", "B/1.PNG")
        let folders = try ClassFolders(path: root)
        #expect(names(folders) == ["B:1.PNG", "a:x.webp", "b 9:1.jpg 2.png 10.png", "b 10:1.png", "綾波レイ:1.JPEG"])
        #expect(folders.imageCount == 7)
        #expect(folders.classes[1].images == ["\(root)/a/x.webp"])
    }

    @Test func `only pictures in folders count`() throws {
        try make(
            "a/1.png", "a/notes.txt", "a/.hidden.png", "a/png", "a/sub.png/2.png", "loose.png", ".git/1.png",
            "empty/x.txt")
        #expect(names(try ClassFolders(path: root)) == ["a:1.png"])
        #expect(try ImageFolder.images(in: root) == ["\(root)/loose.png"])
        #expect(try ImageFolder.images(in: root + "/empty") == [])
    }

    @Test func `a link to a folder is a folder`() throws {
        try make("real/1.png")
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: root + "/real")
        #expect(names(try ClassFolders(path: root)) == ["link:1.png", "real:1.png"])
    }

    @Test func `what cannot be a data set is named`() throws {
        func message(_ path: String) -> String? {
            #expect(throws: DataSetError.self) { try ClassFolders(path: path) }?.message
        }
        #expect(message(root + "/none")?.contains("\(root)/none does not exist") == true)
        #expect(message(root)?.contains("\(root) holds no folder with pictures") == true)
        try make("loose.png", "empty/x.txt")
        #expect(message(root)?.contains("holds no folder") == true)
        #expect(message(root + "/loose.png")?.contains("cannot be read") == true)
    }

    @Test func `easyfsl's class lists are read, and errors in one are named`() throws {
        try make("a/1.png", "a/2.png", "b/1.png")
        func list(_ json: String) throws -> ClassFolders {
            try json.write(toFile: root + "/list.json", atomically: true, encoding: .utf8)
            return try ClassFolders(path: root + "/list.json")
        }
        let data = try list(#"{"class_names": ["Rei", "Asuka"], "class_roots": ["b", "\#(root)/a"]}"#)
        #expect(data.classes.map(\.name) == ["Rei", "Asuka"])
        #expect(data.classes.map(\.images.count) == [1, 2])
        for (json, says) in [
            (#"{"class_names": ["Rei"], "class_roots": []}"#, "1 class_names and 0 class_roots"),
            (#"{"class_names": ["Rei", "Rei"], "class_roots": ["a", "b"]}"#, "names a class twice"),
            (#"{"class_names": ["Rei"]}"#, "no class list"), ("[]", "no class list"),
            (#"{"class_names": ["Rei"], "class_roots": ["c"]}"#, "does not exist"),
        ] {
            let error = #expect(throws: DataSetError.self) { try list(json) }
            #expect(error?.message.contains(says) == true, "\(error?.message ?? "") does not say \(says)")
        }
    }

    @Test func `several data sets are one, and a class in two of them has the pictures of both`() throws {
        try make("x/a/1.png", "x/b/1.png", "y/a/2.png", "y/c/1.png")
        let data = try ClassFolders(paths: [root + "/x", root + "/y"])
        #expect(data.classes.map(\.name) == ["a", "b", "c"])
        #expect(data.classes.map(\.images.count) == [2, 1, 1])
    }
}
