import API
import Client
import Foundation
import Testing

/// Pictures in every format, with the real programs: enrolled, asked, listed, exported and fetched.
@Suite struct FormatTests {
    private static let pictures = TestDaemon.root + "/Tests/ImagingTests/Pictures"
    private static let names = [
        "gif-animation.gif", "avif-color.avif", "heic-turned.heic", "jxl-lossless.jxl", "bmp-color.bmp",
        "tiff-lzw.tiff",
        "webp-animation.webp", "apng-animation.png",
    ]

    /// A folder with a character whose pictures have these formats; the formats that this build lacks are left out.
    private func makeFolder(_ daemon: TestDaemon) throws -> [String] {
        let folder = daemon.home + "/cast/Somebody"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var known: [String] = []
        for name in Self.names {
            let path = "\(Self.pictures)/\(name)"
            let embedded = try daemon.aniwho("embed", path, "--output", daemon.home + "/vectors")
            if embedded.error.contains("this build has no") { continue }
            #expect(embedded.status == 0, "\(name): \(embedded.error)")
            try FileManager.default.copyItem(atPath: path, toPath: "\(folder)/\(name)")
            known.append(name)
        }
        return known
    }

    @Test func `pictures of all formats are enrolled, found, exported and fetched`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let names = try makeFolder(daemon)
        let enrolled = try daemon.aniwho("enroll", "--from-folders", daemon.home + "/cast")
        #expect(enrolled.status == 0, "\(enrolled.error)")
        let images = try daemon.client.entries(ListImages.self, .init(name: "Somebody"))
        #expect(images.count == names.count)
        for image in images {
            let name = try #require(names.first { image.source.hasSuffix($0) })
            let ending = String(name.split(separator: ".")[1])
            #expect(image.format == ending)
            let bytes = try daemon.client.call(FetchImage.self, IdentifiedRequest(id: image.id))
            #expect(bytes.mediaType == "image/\(ending)")
            #expect(try bytes.bytes == Data(contentsOf: URL(filePath: "\(Self.pictures)/\(name)")))
            // The upright picture's size.
            #expect((image.width, image.height) == (name == "heic-turned.heic" ? (30, 40) : (40, 30)))
        }
        let folder = daemon.home + "/exported"
        #expect(try daemon.aniwho("export", folder).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/Somebody").sorted() == names.sorted())
        let found = try daemon.aniwho("similar", "\(Self.pictures)/bmp-palette.bmp")
        #expect(found.status == 0 && found.out.contains("Somebody"), "\(found.error)")
    }

    @Test func `under a limit on memory a small picture is decoded`() throws {
        let daemon = try TestDaemon()
        let output = try daemon.shell(
            "ulimit -v 4000000 -t 8; aniwho embed '\(Self.pictures)/bmp-color.bmp' --output vectors")
        #expect(output.status == 0, "\(output.error)")
    }

    @Test func `what cannot be decoded is an error of that picture`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let cut = daemon.home + "/cut.avif"
        let bytes = try Data(contentsOf: URL(filePath: Self.pictures + "/avif-color.avif"))
        try bytes.prefix(600).write(to: URL(filePath: cut))
        let answer = try daemon.aniwho("similar", cut)
        #expect(answer.status == ExitCode.badInput.rawValue)
        #expect(answer.error.contains("AVIF"), "\(answer.error)")
        let video = daemon.home + "/episode.png"
        try Data([0, 0, 0, 16] + Array("ftypisom\0\0\0\0".utf8)).write(to: URL(filePath: video))
        let refused = try daemon.aniwho("similar", video)
        #expect(refused.error.contains("the file is an MP4 video, not a picture"), "\(refused.error)")
    }
}
