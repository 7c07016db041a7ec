import Foundation
import Testing

/// Videos of drawn faces, which `ffmpeg` makes in a daemon's folder.
struct VideoScenes {
    static let isPossible = ["ffmpeg", "ffprobe"].allSatisfy { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// A background, and the samples on it from left to right.
    struct Scene {
        let color: String
        let faces: [String]
    }

    static let (first, second) = ("Shizuku Fujino", "Kaede Mizunuma")
    private static let (firstFace, secondFace) = ("ask/Shizuku Fujino/1.png", "ask/Kaede Mizunuma/1.png")
    static let scenes = [
        Scene(color: "0x305080", faces: [firstFace]), Scene(color: "0xD09040", faces: [secondFace]),
        Scene(color: "0x40A050", faces: [firstFace, secondFace]),
    ]

    let folder: String

    /// Starts a daemon that has both characters enrolled, with the faces as the detector sees them.
    static func daemon() throws -> (TestDaemon, VideoScenes) {
        let daemon = try TestDaemon()
        try daemon.start()
        let scenes = VideoScenes(folder: daemon.home)
        for (name, face) in [(first, firstFace), (second, secondFace)] {
            let still = try scenes.still(Scene(color: "0x808080", faces: [face]), "enroll")
            let crops = "\(daemon.home)/crops \(name)"
            _ = try daemon.aniwho("detect", still, "--crop-to", crops)
            let enrolled = try daemon.aniwho("enroll", name, crops)
            try #require(enrolled.status == 0, "no face was found: \(enrolled.error)")
        }
        return (daemon, scenes)
    }

    /// A picture of a scene.
    private func still(_ scene: Scene, _ name: String) throws -> String {
        var (inputs, filter) = (["-f", "lavfi", "-i", "color=\(scene.color):s=640x360:d=1"], "[0]null[s0]")
        for (index, face) in scene.faces.enumerated() {
            inputs += ["-i", "\(TestDaemon.samples)/\(face)"]
            filter += ";[s\(index)][\(index + 1)]overlay=\(80 + index * 340):110[s\(index + 1)]"
        }
        return try ffmpeg(
            inputs + ["-filter_complex", filter, "-map", "[s\(scene.faces.count)]", "-frames:v", "1"], "\(name).png")
    }

    /// A video of scenes of some seconds each.
    func video(_ name: String, _ scenes: [Scene] = scenes, seconds: Int = 4) throws -> String {
        var inputs: [String] = []
        for (index, scene) in scenes.enumerated() {
            inputs += ["-loop", "1", "-framerate", "10", "-t", "\(seconds)", "-i", try still(scene, "scene\(index)")]
        }
        let parts = scenes.indices.map { "[\($0)]" }.joined()
        return try ffmpeg(
            inputs + [
                "-filter_complex", "\(parts)concat=n=\(scenes.count)", "-c:v", "libx264", "-crf", "12", "-pix_fmt",
                "yuv420p",
            ], name)
    }

    func ffmpeg(_ arguments: [String], _ name: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + ["\(folder)/\(name)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ffmpeg made no \(name)")
        return "\(folder)/\(name)"
    }
}

/// The JSON of a video.
struct VideoAnswer: Decodable, Equatable {
    struct Appearance: Decodable, Equatable {
        let character: String?
        let unknown, certain: Bool
        let from, to: Double
        let faces: Int
        let tracks: [Int]
    }

    struct Track: Decodable, Equatable {
        let from, to, independentImages: Double
        let probability: Double?
        let faces: Int
        let character: String?
        let model: String
    }

    let video: String
    let duration: Double?
    let every: Double
    let pictures: Int
    let complete: Bool
    let appearances: [Appearance]
    let tracks: [Track]

    static func read(_ text: String) throws -> [VideoAnswer] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([VideoAnswer].self, from: Data(text.utf8))
    }

    /// The appearances in short: `Rei 0.0-4.0`.
    var times: [String] { appearances.map { "\($0.character ?? "?") \($0.from)-\($0.to)" } }
}
