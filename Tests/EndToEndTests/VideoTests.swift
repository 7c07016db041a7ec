import Foundation
import Testing

/// `aniwho classify` and `watch` with videos, and the shipped detector.
@Suite(.serialized, .enabled(if: VideoScenes.isPossible, "ffmpeg is not installed"))
struct VideoTests {
    private let first = VideoScenes.first
    private let second = VideoScenes.second

    @Test func `who appears when, as JSON, a table, CSV and chapters`() throws {
        let (daemon, scenes) = try VideoScenes.daemon()
        let (video, vtt) = (try scenes.video("episode.mkv"), daemon.home + "/chapters.vtt")
        let output = try daemon.aniwho("classify", video, "--json", "--vtt", vtt)
        #expect(output.status == 0, "\(output.error)")
        let answers = try VideoAnswer.read(output.out)
        let answer = try #require(answers.first)
        #expect(answers.count == 1 && answer.complete && answer.pictures == 12 && answer.every == 1)
        #expect(answer.duration == 12 && answer.video == video)
        // The second character stays over a cut, which ends a track all the same; the first one is away for four seconds.
        #expect(answer.times == ["\(first) 0.0-4.0", "\(second) 4.0-12.0", "\(first) 8.0-12.0"])
        #expect(answer.tracks.map { [$0.from, $0.to] } == [[0, 4], [4, 8], [8, 12], [8, 12]])
        #expect(answer.tracks.allSatisfy { $0.faces == 4 && $0.independentImages >= 1 && $0.independentImages < 2 })
        #expect(answer.appearances[1].faces == 8)
        let chapters = try String(contentsOfFile: vtt, encoding: .utf8)
        #expect(
            chapters == """
                WEBVTT

                00:00:00.000 --> 00:00:04.000
                \(first)

                00:00:04.000 --> 00:00:08.000
                \(second)

                00:00:08.000 --> 00:00:12.000
                \(second), \(first)

                """)
        let table = try daemon.aniwho("classify", video, "--every", "2s")
        let lines = table.out.split(separator: "\n")
        #expect(lines[0].contains("FROM") && lines[1].contains("0:00  0:04  ") && lines[1].contains(first))
        #expect(lines.count == 4 && table.error.contains("\(first) 8 s"))
        let csv = try daemon.aniwho("classify", video, "--csv", "--quiet").out.components(separatedBy: "\r\n")
        #expect(csv[0] == "video,from,to,character,probability,certain" && csv.count == 5)
        #expect(csv[2].hasPrefix("\(video),4.0,12.0,\(second),"))
        // Nothing stays behind.
        #expect(try daemon.aniwho("classify", video, "--json").out == output.out)
    }

    @Test func `an interrupted scan goes on, with the same answer`() throws {
        let (daemon, scenes) = try VideoScenes.daemon()
        let video = try scenes.video("long.mkv", seconds: 8)
        let cache = daemon.home + "/cache"
        let words = ["classify", video, "--every", "100ms", "--json"]
        let whole = try daemon.aniwho(words, environment: ["XDG_CACHE_HOME": daemon.home + "/other"])
        #expect(whole.status == 0, "\(whole.error)")
        // The signal comes when the scan has begun to read pictures, and is kept until the next one.
        let stopped = try daemon.shell(
            """
            XDG_CACHE_HOME=\(cache) aniwho classify \(video) --every 100ms --json 2>error >out & child=$!
            until pgrep -P $child ffmpeg >/dev/null; do sleep 0.05; kill -0 $child || exit 9; done
            sleep 0.5; kill -INT $child; wait $child; echo $?; cat out
            """)
        let parts = stopped.out.split(separator: "\n", maxSplits: 1)
        #expect(parts.first == "130", "\(stopped.out)")
        let partial = try #require(try VideoAnswer.read(String(parts.last ?? "")).first)
        let complaint = try String(contentsOfFile: daemon.home + "/error", encoding: .utf8)
        #expect(
            !partial.complete && partial.pictures < 240 && complaint.contains("The same command goes on from there"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: cache + "/aniwho/videos")
        #expect(kept.count == 1)
        let rights = try FileManager.default.attributesOfItem(atPath: "\(cache)/aniwho/videos/\(kept[0])")
        #expect(rights[.posixPermissions] as? Int == 0o600)
        let rest = try daemon.aniwho(words, environment: ["XDG_CACHE_HOME": cache])
        #expect(rest.status == 0 && rest.error.contains("going on from"))
        #expect(rest.out == whole.out)
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache + "/aniwho/videos").isEmpty)
    }

    @Test func `without the daemon nothing is scanned`() throws {
        let (daemon, scenes) = try VideoScenes.daemon()
        let video = try scenes.video("away.mkv")
        #expect(daemon.stop() == 0)
        let refused = try daemon.aniwho("classify", video)
        #expect(refused.status == 3 && refused.out.isEmpty)
    }

    @Test func `new videos of a folder are scanned`() throws {
        let (daemon, scenes) = try VideoScenes.daemon()
        let folder = daemon.home + "/new"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let video = try scenes.video("ready.mkv", Array(VideoScenes.scenes.prefix(1)), seconds: 2)
        try FileManager.default.copyItem(atPath: video, toPath: folder + "/a.mkv")
        try Data("no video".utf8).write(to: URL(filePath: folder + "/b.mkv"))
        let output = try daemon.aniwho(
            ["watch", folder, "--all", "--every", "1s", "--interval", "0.1"], interruptedAt: "0:02")
        #expect(output.status == 0)
        #expect(output.out.hasPrefix("\(folder)/a.mkv 0:00–0:02: ") && output.out.contains(first))
    }

    @Test func `what cannot be scanned is said`() throws {
        let (daemon, scenes) = try VideoScenes.daemon()
        let video = try scenes.video("whole.mkv")
        func refusal(_ words: String..., environment: [String: String] = [:]) throws -> TestDaemon.Output {
            try daemon.aniwho(["classify"] + words, environment: environment)
        }
        #expect(try refusal(video, "ask/Iori Namisato/1.png").status == 2)
        #expect(try refusal("ask/Iori Namisato/1.png", "--every", "1s").error.contains("is none"))
        #expect(try refusal(video, "--sort-into", daemon.home).status == 2)
        #expect(try refusal(video, "--every", "soon").error.contains("such as 1s, 500ms or 2m"))
        #expect(try refusal(video, "--every", "1ms").status == 2)
        let missing = try refusal(video, environment: ["PATH": "/nowhere"])
        #expect(missing.status == 5 && missing.error.contains("Install the package ffmpeg"))
        let sound = try scenes.ffmpeg(["-f", "lavfi", "-i", "sine=duration=1"], "sound.mkv")
        let both = try refusal(sound, video, "--json")
        #expect(both.status == 5 && both.error.contains("has no pictures, only sound"))
        #expect(try VideoAnswer.read(both.out).map(\.video) == [video])
        let bytes = try Data(contentsOf: URL(filePath: video))
        let half = daemon.home + "/half.mkv"
        try bytes.prefix(bytes.count / 3).write(to: URL(filePath: half))
        let cut = try refusal(half, "--json")
        #expect(cut.status == 5 && cut.error.contains("half.mkv"))
        #expect(try VideoAnswer.read(cut.out).first?.complete == false)
    }

    @Test func `several pictures of one character have one answer`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        for name in ["Iori Namisato", "Kaede Mizunuma"] { _ = try daemon.aniwho("enroll", name, "enroll/\(name)") }
        let output = try daemon.aniwho("classify", "--together", "ask/Iori Namisato", "--json")
        let answers = try #require(try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [[String: Any]])
        #expect(answers.count == 1 && answers[0]["character"] as? String == "Iori Namisato")
        #expect((answers[0]["images"] as? [String])?.count == 3)
        let independent = try #require(answers[0]["independent_images"] as? Double)
        #expect(independent > 1 && independent <= 3)
        let table = try daemon.aniwho("classify", "--together", "ask/Iori Namisato").out
        #expect(table.contains("     3  Iori Namisato"))
        #expect(try daemon.aniwho("classify", "--together", "ask/Iori Namisato", "--csv").status == 2)
    }
}
