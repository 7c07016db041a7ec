import API
import Foundation
import Testing

/// Pictures put into folders, and images that change hands, with the real programs.
@Suite struct SortingTests {
    private func files(_ folder: String) throws -> [String: [String]] {
        try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: [:]) { files, name in
            files[name] = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").sorted()
        }
    }

    @Test func `pictures are sorted by character, once`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let folder = daemon.home + "/sorted"
        let pictures = ["ask/Iori Namisato", "ask/Kirara Kusano", "strangers"]
        let first = try daemon.aniwho(["classify"] + pictures + ["--sort-into", folder])
        #expect(first.status == 0 && first.out.isEmpty)
        #expect(first.error.contains("8 pictures put into \(folder), 0 there already"))
        let sorted = try files(folder)
        #expect(sorted.keys.sorted() == ["Iori Namisato", "Kirara Kusano", "_unknown"])
        // Two characters' pictures may have one name.
        #expect(sorted["_unknown"]?.count == 2 && sorted["Iori Namisato"] == ["1.png", "2.png", "3.png"])
        let again = try daemon.aniwho(["classify"] + pictures + ["--sort-into", folder, "--csv"])
        #expect(again.error.contains("0 pictures put into \(folder), 8 there already"))
        #expect(try files(folder) == sorted)
        let lines = again.out.components(separatedBy: "\r\n")
        #expect(lines.first == "image,character,probability,distance,certain,box")
        #expect(lines.count == 10 && lines.last == "")
        #expect(lines.dropFirst().allSatisfy { $0.isEmpty || $0.hasSuffix(",yes,") || $0.hasSuffix(",no,") })
        #expect(lines[1].contains(/^ask\/Iori Namisato\/1\.png,Iori Namisato,[01]\.\d+,\d/))

        // The same name for another picture.
        _ = try daemon.aniwho("classify", "ask/Iori Namisato/1.png", "--sort-into", folder + "2")
        let taken = folder + "2/Iori Namisato/1.png"
        try Data("another".utf8).write(to: URL(filePath: taken))
        _ = try daemon.aniwho("classify", "ask/Iori Namisato/1.png", "--sort-into", folder + "2")
        #expect(try files(folder + "2") == ["Iori Namisato": ["1 (2).png", "1.png"]])
    }

    @Test func `bad folders and options are refused`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato")
        let file = daemon.home + "/file"
        try Data().write(to: URL(filePath: file))
        let refused = try daemon.aniwho("classify", "ask/Iori Namisato", "--sort-into", file)
        #expect(refused.status == 7 && refused.error.contains("cannot make \(file)"))
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato", "--link").status == 2)
        #expect(
            try daemon.aniwho("classify", "ask/Iori Namisato", "--sort-into", file, "--manner", "move").status == 2)
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato", "--csv", "--json").status == 2)
    }

    @Test func `images move and characters merge`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori", "enroll/Iori Namisato")
        _ = try daemon.aniwho("enroll", "Kirara", "enroll/Kirara Kusano")
        let moved = try daemon.aniwho("images", "move", "1", "2", "Iori Namisato")
        #expect(moved.out == "Iori Namisato, a new character, has 2 more images, 2 in all\n")
        let merged = try daemon.aniwho("characters", "merge", "Iori", "Iori Namisato")
        #expect(merged.out == "Iori Namisato has 3 more images, 5 in all\nremoved Iori\n")
        #expect(try daemon.aniwho("characters", "show", "Iori").status == 4)
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato/1.png").out.contains("Iori Namisato "))
        #expect(try daemon.aniwho("images", "move", "1").status == 2)
        #expect(try daemon.aniwho("images", "move", "x", "Iori").status == 2)
        #expect(try daemon.aniwho("images", "move", "999", "Iori").status == 4)
        #expect(try daemon.aniwho("characters", "merge", "Kirara", "Kirara").status == 5)
    }

    @Test func `the most similar images are found, whoever they show`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("similar", "enroll/Kirara Kusano/2.png").out == "nobody is enrolled\n")
        _ = try daemon.aniwho("enroll", "Iori", "enroll/Iori Namisato")
        _ = try daemon.aniwho("enroll", "Kirara", "enroll/Kirara Kusano")
        let output = try daemon.aniwho("similar", "enroll/Kirara Kusano/2.png", "--limit", "10", "--json")
        let images = try JSONDecoder().decode([Found].self, from: Data(output.out.utf8))
        #expect(images.count == 10 && images.map(\.distance) == images.map(\.distance).sorted())
        #expect(try #require(images.first).distance < 1e-3 && images.first?.image.source.hasSuffix("2.png") == true)
        #expect(images.prefix(3).allSatisfy { $0.image.character == "Kirara" })
        #expect(try daemon.aniwho("similar", "enroll/Kirara Kusano/2.png").out.contains("Kirara"))
        #expect(try daemon.aniwho("similar", "nothing.png").status == 4)
        #expect(try daemon.aniwho("similar", "enroll/Kirara Kusano/2.png", "--limit", "0").status == 2)
    }

    private struct Found: Decodable {
        struct Image: Decodable {
            let character: String
            let source: String
        }

        let image: Image
        let distance: Double
    }
}
