import API
import Client
import Foundation
import Geometry
import Testing

/// Names written beside pictures and read back, with the real programs.
@Suite struct SidecarTests {
    /// A folder with pictures of one character and a stranger's.
    private func pictures(in folder: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let samples = TestDaemon.samples
        let names = ["Iori Namisato/1", "Iori Namisato/2"].map { "ask/\($0)" } + ["strangers/1"]
        return try names.map { name in
            let place = "\(folder)/\(name.replacing("/", with: "-")).png"
            try FileManager.default.copyItem(atPath: "\(samples)/\(name).png", toPath: place)
            return place
        }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func bytes(_ paths: [String]) throws -> [Data] { try paths.map { try Data(contentsOf: URL(filePath: $0)) } }

    @Test func `names go beside pictures, and come back`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        _ = try daemon.aniwho("characters", "series", "Iori Namisato", "Harbor Lights")
        let folder = daemon.home + "/pictures"
        let pictures = try pictures(in: folder)
        let originals = try bytes(pictures)
        try Data("1girl\n".utf8).write(to: URL(filePath: pictures[1] + ".txt"))

        for format in ["txt", "xmp", "json"] {
            let first = try daemon.aniwho("classify", folder, "--write", format)
            #expect(first.status == 0 && first.error.contains("2 files written beside the pictures"), "\(first)")
            let files = pictures.prefix(2).map { "\($0).\(format)" }
            let written = try bytes(files)
            let again = try daemon.aniwho("classify", folder, "--write", format)
            #expect(try again.error.contains("0 files written") && bytes(files) == written)
            #expect(!FileManager.default.fileExists(atPath: "\(pictures[2]).\(format)"))
        }
        #expect(try bytes(pictures) == originals)
        let lines = "character:Iori Namisato\nseries:Harbor Lights\n"
        #expect(try text(pictures[0] + ".txt") == lines && text(pictures[1] + ".txt") == "1girl\n" + lines)
        #expect(try text(pictures[0] + ".json").contains(#""character":"Iori Namisato""#))
        #expect(try text(pictures[0] + ".xmp").contains("<rdf:li>Series|Harbor Lights</rdf:li>"))
        _ = try daemon.aniwho("classify", pictures[2], "--write", "txt", "--write-unknown")
        #expect(try text(pictures[2] + ".txt") == "character:unknown\n")

        // A file that cannot be added to stays as it is, and the others are written.
        try Data("<x".utf8).write(to: URL(filePath: pictures[0] + ".xmp"))
        try FileManager.default.removeItem(atPath: pictures[1] + ".xmp")
        let broken = try daemon.aniwho("classify", folder, "--write", "xmp")
        #expect(broken.status == 5 && broken.error.contains("\(pictures[0]).xmp was left as it is"))
        #expect(try text(pictures[0] + ".xmp") == "<x")
        try FileManager.default.removeItem(atPath: pictures[0] + ".xmp")
        _ = try daemon.aniwho("classify", folder, "--write", "xmp")

        let other = try TestDaemon()
        try other.start()
        let own = try other.aniwho("enroll", "--from-xmp", folder, "--only-corrected")
        #expect(own.status == 0 && own.out == "enrolled 0 characters with 0 new images\n", "\(own)")
        let back = try other.aniwho("enroll", "--from-xmp", folder)
        #expect(back.status == 0 && back.out == "enrolled 1 character with 2 new images\n", "\(back)")
        #expect(
            back.error.contains("2 names written by AniWho itself") && back.error.contains("1 picture without a name"))
        #expect(try other.aniwho("enroll", "--from-xmp", folder).error.contains("2 faces enrolled already"))
        #expect(try other.client.entries(ListImages.self, .init(name: "Iori Namisato")).count == 2)
    }

    @Test func `a region is the part of the picture that is enrolled`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let folder = daemon.home + "/pictures"
        let picture = try pictures(in: folder)[0]
        try Data(
            """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
             xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#">
            <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Type="Face"
             mwg-rs:Name="Yui"><mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.5" stArea:h="0.25"/></rdf:Description></rdf:li>
            </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>
            """.utf8
        ).write(to: URL(filePath: (picture as NSString).deletingPathExtension + ".xmp"))
        let enrolled = try daemon.aniwho("enroll", "--from-xmp", folder, "--series", "Harbor Lights")
        #expect(enrolled.status == 0 && enrolled.out.contains("1 new image"), "\(enrolled)")
        let whole = try daemon.aniwho("enroll", "Iori", picture)
        #expect(whole.status == 0)
        let face = try #require(try daemon.client.entries(ListImages.self, .init(name: "Yui")).first)
        let all = try #require(try daemon.client.entries(ListImages.self, .init(name: "Iori")).first)
        let box = try #require(face.box)
        #expect(box.width * 2 == all.width && box.height * 4 == all.height)
        #expect(face.source == picture && face.sha256 == all.sha256)
        #expect(
            try daemon.client.call(ShowCharacter.self, NamedRequest(name: "Yui")).character.series == "Harbor Lights")
    }

    @Test func `bad calls are refused, and write nothing`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato")
        let folder = daemon.home + "/pictures"
        let pictures = try pictures(in: folder)
        #expect(try daemon.aniwho("classify", folder, "--write", "exif").status == 2)
        #expect(try daemon.aniwho("classify", folder, "--write-unknown").status == 2)
        #expect(try daemon.aniwho("enroll", "--from-xmp", folder, "Rei").status == 2)
        #expect(try daemon.aniwho("enroll", "Rei", folder, "--only-corrected").status == 2)
        let input = try Data(contentsOf: URL(filePath: pictures[0]))
        #expect(try daemon.aniwho(["classify", "-", "--write", "txt"], input: input).status == 2)
        let twin = (pictures[0] as NSString).deletingPathExtension + ".jpg"
        try FileManager.default.copyItem(atPath: pictures[0], toPath: twin)
        let shared = try daemon.aniwho("classify", pictures[0], "--write", "txt", "--write-to-stem")
        #expect(shared.status == 5 && shared.error.contains("would share one file"))
        let stem = try daemon.aniwho("classify", pictures[1], "--write", "txt", "--write-to-stem")
        #expect(stem.status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }
        #expect(files == ["ask-Iori Namisato-2.txt"])
    }

    @Test func `an export to train on has captions, and no picture twice`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato", "--series", "Harbor Lights")
        _ = try daemon.aniwho("tags", "add", "Iori Namisato", "pilot", "blue hair")
        let folder = daemon.home + "/lora"
        let export = try daemon.aniwho("export", folder, "--lora", "--per-character", "3")
        #expect(export.status == 0 && export.out.contains("3 pictures of 1 character written"), "\(export)")
        #expect(export.error.contains("2 pictures left out, beyond --per-character"))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/Iori Namisato").sorted()
        #expect(files.count == 6 && files.count { $0.hasSuffix(".txt") } == 3)
        let caption = "\(folder)/Iori Namisato/\(try #require(files.first { $0.hasSuffix(".txt") }))"
        #expect(try text(caption) == "Iori Namisato, Harbor Lights, blue hair, pilot\n")
        // A caption that somebody wrote stays.
        try Data("mine".utf8).write(to: URL(filePath: caption))
        _ = try daemon.aniwho("export", folder, "--lora", "--per-character", "3", "--force")
        #expect(try text(caption) == "mine")
        #expect(try daemon.aniwho("export", daemon.home + "/x", "--per-character", "3").status == 2)
    }
}
