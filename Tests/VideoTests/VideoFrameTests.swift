import Foundation
import Testing

@testable import Video

@Suite("Pictures of a video", .enabled(if: VideoPrograms.areInstalled, "ffmpeg is not installed"))
struct VideoFrameTests {
    private let fixture: VideoFixture

    init() throws { fixture = try VideoFixture() }

    @Test func `a picture is the frame that is shown at its moment`() throws {
        let path = try fixture.counting("a.mkv", frames: 35)
        #expect(try VideoFixture.shown(path, every: 1000) == [0, 10, 20, 30])
        #expect(try VideoFixture.shown(path, every: 250) == [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30, 32])
        #expect(try VideoFile(path).milliseconds == 3500)
        #expect(try VideoFrames(of: VideoFile(path), every: 1000).count == 4)
    }

    /// Beyond the first ten seconds `ffmpeg` seeks, to a key frame before the moment.
    @Test(arguments: [("b.mkv", "ffv1"), ("c.mp4", "libx264"), ("d.avi", "ffv1"), ("e.ts", "libx264")])
    func `pictures are the same if the ones before are left out`(name: String, codec: String) throws {
        let path = try fixture.counting(
            name, frames: 120, rate: 5,
            options: ["-c:v", codec, "-g", "40", "-pix_fmt", codec == "ffv1" ? "gray" : "yuv420p"])
        let all = try VideoFixture.shown(path, every: 1000)
        #expect(all.count == 24 && zip(all, 0...).allSatisfy { abs($0 - 5 * $1) <= 1 })
        for first in [1, 13, 20, 23] {
            #expect(try VideoFixture.shown(path, every: 1000, from: first) == Array(all[first...]))
        }
    }

    @Test func `large, turned and stretched videos have the size that is shown`() throws {
        let large = try VideoFile(fixture.counting("f.mkv", frames: 2, size: (1920, 800)))
        #expect((large.width, large.height) == (1920, 800))
        let frames = try VideoFrames(of: large, every: 1000)
        #expect((frames.width, frames.height) == (960, 400))
        let picture = try frames.next()
        #expect(picture?.image.width == 960 && picture?.image.height == 400)
        let stretched = try VideoFile(
            fixture.counting("g.mkv", frames: 2, options: ["-c:v", "ffv1", "-vf", "setsar=2"]))
        #expect((stretched.width, stretched.height) == (128, 48))
        let flat = try fixture.counting("h.mp4", frames: 2, options: ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let turned = try VideoFile(fixture.make("i.mp4", ["-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90"]))
        #expect((turned.width, turned.height) == (48, 64))
        #expect(try VideoFrames(of: turned, every: 1000).next()?.image.height == 64)
    }

    private func refusal(_ work: () throws -> Void) -> VideoError? {
        #expect(throws: VideoError.self, performing: work)
    }

    private func refusal(of path: String) -> VideoError? {
        refusal { _ = try VideoFixture.shown(path, every: 1000) }
    }

    @Test func `what is no video is named`() throws {
        #expect(refusal(of: try fixture.write("text.mkv", Data("no video".utf8)))?.code == .notVideo)
        #expect(refusal(of: fixture.path + "/none.mkv")?.message.contains("no such file") == true)
        #expect(refusal(of: fixture.path)?.code == .unreadable)
        let sound = try fixture.make("sound.mkv", ["-f", "lavfi", "-i", "sine=duration=1"])
        #expect(refusal(of: sound)?.message.contains("has no pictures, only sound") == true)
    }

    /// FFmpeg would otherwise read whatever a playlist names.
    @Test func `a playlist is refused`() throws {
        let path = try fixture.counting("j.ts", frames: 20, options: ["-c:v", "mpeg2video"])
        let list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n\(path)\n#EXT-X-ENDLIST\n"
        for (name, text) in [("k.m3u8", list), ("l.mkv", list), ("m.ffconcat", "ffconcat version 1.0\nfile 'j.ts'\n")] {
            #expect(refusal(of: try fixture.write(name, Data(text.utf8)))?.code == .notVideo)
        }
    }

    @Test func `a video that ends early is said to`() throws {
        let whole = try fixture.counting("n.mkv", frames: 120, rate: 5, size: (320, 240))
        let bytes = try Data(contentsOf: URL(filePath: whole))
        let half = try VideoFrames(of: VideoFile(fixture.write("o.mkv", bytes.prefix(bytes.count / 2))), every: 1000)
        var count = 0
        let error = refusal { while try half.next() != nil { count += 1 } }
        #expect(error?.code == .damaged && error?.message.contains("of 24 seconds") == true)
        #expect((8...14).contains(count))
        #expect(try half.next() == nil)
        // The index of this file is at its end.
        let mp4 = try fixture.counting("p.mp4", frames: 20, options: ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let cut = try Data(contentsOf: URL(filePath: mp4))
        #expect(refusal(of: try fixture.write("q.mp4", cut.prefix(cut.count / 2)))?.code == .notVideo)
    }

    @Test func `a program that writes nothing is ended`() throws {
        let video = try VideoFile(fixture.counting("r.mkv", frames: 20))
        let frames = try VideoFrames(of: video, every: 1000, patience: .zero)
        #expect(refusal { _ = try frames.next() }?.code == .late)
    }
}

@Suite("The signatures of videos")
struct VideoFormatTests {
    @Test(arguments: [
        [0x1A, 0x45, 0xDF, 0xA3, 1, 0, 0, 0], Array("RIFF____AVI LIST".utf8), Array("FLV\u{1}\u{5}".utf8),
        [0, 0, 0, 0x18] + Array("ftypmp42".utf8), [0, 0, 0, 8] + Array("moov".utf8), Array("OggS".utf8),
        [0x47] + [UInt8](repeating: 0, count: 187) + [0x47],
    ])
    func `are those of videos`(bytes: [UInt8]) { #expect(VideoFormat.detects(bytes)) }

    @Test(arguments: [
        [], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], Array("GIF89a".utf8), Array("RIFF____WEBPVP8 ".utf8),
        [0, 0, 0, 0x18] + Array("ftypavif".utf8), [0, 0, 0, 0x18] + Array("ftypheic".utf8),
        [0, 0, 0, 0x18] + Array("ftypcrx ".utf8), Array("Go on".utf8), Array("#EXTM3U\n".utf8),
    ])
    func `are not those of pictures and texts`(bytes: [UInt8]) { #expect(!VideoFormat.detects(bytes)) }
}
