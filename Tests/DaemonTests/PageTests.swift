import API
import Foundation
import Imaging
import Registry
import Testing

@testable import Daemon

/// The page's files and the thumbnails.
@Suite struct PageTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "web")

    @Test func `the embedded files are those of the folder`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(embeddedPage.map(\.name) == files.map(\.lastPathComponent))
        #expect(embeddedPage.map(\.text) == (try files.map { try String(contentsOf: $0, encoding: .utf8) }))
    }

    /// Nothing inline, nothing of another host, and no text as markup.
    @Test func `the files keep to the policy that the daemon sends with them`() throws {
        for (name, text) in embeddedPage {
            for wrong in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=\"", "onclick=\"",
            ] {
                #expect(!text.contains(wrong), "\(name) has \(wrong)")
            }
            let hosts = text.matches(of: /https?:\/\/[\w.]+/).map { String($0.0) }
            #expect(hosts.allSatisfy { $0 == "http://www.w3.org" }, "\(name) names \(hosts)")
        }
        let message = try FetchPage.encode(PageFiles.page)
        let policy = try #require(message.headers["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && policy.contains("frame-src 'self'"))
    }

    @Test func `every module that a file loads is there`() throws {
        let names = Set(embeddedPage.map(\.name))
        for (name, text) in embeddedPage where name.hasSuffix(".js") {
            for match in text.matches(of: /"\.\/([\w.-]+)"/) { #expect(names.contains(String(match.1)), "\(name)") }
        }
        #expect(throws: APIError.self) { try PageFiles.file("../index.html", version: PageFiles.version) }
    }

    @Test func `who has a file already gets status 304`() throws {
        let file = try PageFiles.file("style.css", version: PageFiles.version)
        let answer = Answer.message(try FetchPageFile.encode(file))
        func status(_ tag: String?) -> Int {
            let head = RequestHead(
                method: "GET", target: "/", contentType: "", hasBody: false, origin: .user(0), knownTag: tag)
            return answer.fitting(head, isFile: true).status
        }
        for known in [file.tag, "\"other\", \(file.tag ?? "")", "*"] { #expect(status(known) == 304) }
        for other in [nil, "\"other\""] { #expect(status(other) == 200) }
    }

    @Test func `a browser keeps the files of this version only`() throws {
        func keeping(_ file: PageFile) throws -> String? { try FetchPageFile.encode(file).headers["Cache-Control"] }
        let present = try PageFiles.file("app.js", version: PageFiles.version)
        let other = try PageFiles.file("app.js", version: "0123456789abcdef")
        #expect(try keeping(present) == "max-age=31536000, immutable")
        #expect(try keeping(other) == "no-cache" && other.bytes == present.bytes)
        #expect(try keeping(PageFiles.page) == "no-cache")
        let text = String(decoding: PageFiles.page.bytes, as: UTF8.self)
        let named = text.matches(of: /(?:href|src)="page\/(\w+)\/([\w.-]+)"/).map { ($0.1, String($0.2)) }
        #expect(named.count > 10 && named.allSatisfy { $0.0 == PageFiles.version })
        for (_, name) in named { _ = try PageFiles.file(name, version: PageFiles.version) }
    }

    @Test func `a thumbnail is made once, and goes when its picture is gone for good`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let picture = Image(width: 600, height: 300, pixels: [UInt8](repeating: 90, count: 600 * 300 * 3))
        let file = FilePart(name: "wide.png", bytes: Data(try picture.encodePNG()))
        let image = try await EnrollImages.answer(.init(name: "Rei", files: [file]), services).added[0]
        for (asked, width) in [(96, 96), (97, 192), (300, 384), (768, 600)] {
            let small = try await FetchThumbnail.answer(.init(id: image.id, size: asked), services)
            let decoded = try Image.decode([UInt8](small.bytes)).image
            #expect(decoded.width == width && decoded.height == width / 2)
        }
        let folder = fixture.path + "/data/thumbnails"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
        let first = try await FetchThumbnail.answer(.init(id: image.id, size: 96), services)
        #expect(try await FetchCharacterThumbnail.answer(.init(name: "Rei", size: 96), services) == first)
        let headers = try FetchThumbnail.encode(first).headers
        #expect(headers["Cache-Control"] == "private, no-cache" && headers["ETag"] == first.tag)
        // An address with a version is kept without asking: a new box or a new first image makes another version.
        let kept = try await FetchCharacterThumbnail.answer(.init(name: "Rei", size: 96, version: "1"), services)
        let keeping = try FetchCharacterThumbnail.encode(kept).headers["Cache-Control"]
        #expect(keeping == "private, max-age=604800, immutable" && kept.bytes == first.bytes)
        // It is the file that answers.
        let made = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("-96.jpg") }
        try Data("kept".utf8).write(to: URL(filePath: folder + "/" + made[0]))
        #expect(try await FetchThumbnail.answer(.init(id: image.id, size: 1), services).bytes == Data("kept".utf8))
        _ = try await services.registry.removeImages([image.id])
        #expect(services.thumbnails.removeAll(except: try await services.registry.pictureHashes()) == 0)
        _ = try await EmptyTrash.answer(EmptyRequest(), services)
        #expect(services.thumbnails.removeAll(except: try await services.registry.pictureHashes()) == 4)
        let gone = await #expect(throws: (any Error).self) {
            try await FetchThumbnail.answer(.init(id: image.id, size: 96), services)
        }
        #expect(gone.map { APIError(describing: $0).code } == .imageNotFound)
    }
}

/// What an open page hears of changes that others make.
@Suite struct ChangeFeedTests {
    /// The lines that have arrived within a time.
    private func lines(of channel: LineChannel, until count: Int) async throws -> [ChangeEvent] {
        var bytes = Data()
        for _ in 0..<100 {
            while case .bytes(let more) = channel.next(maximum: 1 << 16) { bytes += more }
            if bytes.count(where: { $0 == UInt8(ascii: "\n") }) >= count { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        var splitter = LineSplitter()
        return try splitter.append(bytes).map { try JSON.decode(ChangeEvent.self, from: $0) }
    }

    @Test func `changes arrive in their order, from a number on, until the daemon stops`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let live = try await services.changeFeed.reader(after: nil)
        _ = try await services.registry.createCharacter(named: "Rei")
        _ = try await services.registry.createCharacter(named: "Asuka")
        let heard = try await lines(of: live, until: 2)
        #expect(heard.map(\.subject) == ["Rei", "Asuka"] && heard.allSatisfy { $0.action == "character.create" })
        let late = try await services.changeFeed.reader(after: heard[0].id)
        #expect(try await lines(of: late, until: 1).map(\.id) == [heard[1].id])
        services.changeFeed.stop()
        for channel in [live, late] {
            for _ in 0..<100 where channel.next(maximum: 1) != .end { try await Task.sleep(for: .milliseconds(20)) }
            #expect(channel.next(maximum: 1) == .end)
        }
    }
}
