import Foundation
import Imaging
import Testing

@testable import Video

/// A scratch folder with videos that `ffmpeg` makes.
final class VideoFixture {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "aniwho-video-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A video whose frame n has the level 2n, so that a picture tells which frame it is.
    /// - Parameters:
    ///   - name: its ending decides the container.
    ///   - options: further ones of `ffmpeg`, for the output.
    func counting(
        _ name: String, frames: Int, rate: Int = 10, size: (Int, Int) = (64, 48), options: [String] = ["-c:v", "ffv1"]
    ) throws -> String {
        let input = path + "/raw"
        var bytes = Data()
        for frame in 0..<frames { bytes += Data(repeating: UInt8(frame * 2), count: size.0 * size.1) }
        try bytes.write(to: URL(filePath: input))
        return try make(
            name,
            ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "\(size.0)x\(size.1)", "-r", "\(rate)", "-i", input] + options)
    }

    /// Runs `ffmpeg` with these arguments and a file of this name as the output.
    func make(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + ["\(path)/\(name)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ffmpeg made no \(name)")
        return "\(path)/\(name)"
    }

    func write(_ name: String, _ bytes: Data) throws -> String {
        try bytes.write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    /// The frames that the pictures of a video at equal intervals are.
    static func shown(_ path: String, every: Int, from first: Int = 0) throws -> [Int] {
        let frames = try VideoFrames(of: VideoFile(path), every: every, from: first)
        var shown: [Int] = []
        var number = first
        while let frame = try frames.next() {
            #expect(frame.number == number)
            number += 1
            shown.append((Int(frame.image.pixels[0]) + 1) / 2)
        }
        return shown
    }
}
