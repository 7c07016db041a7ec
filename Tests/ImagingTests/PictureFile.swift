import Foundation
import Imaging
import Testing

/// The files of Pictures/make.py: pictures in the formats that a process of its own decodes.
enum PictureFile {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Pictures")
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    static let all = names.filter { !$0.hasSuffix(".rgb") && !$0.hasSuffix(".py") && !$0.contains("refused") }
    static let animations = all.filter {
        $0.contains("animation") || ["gif-disposed.gif", "apng-blended.png", "apng-default.png"].contains($0)
    }
    static let stills = all.filter { !animations.contains($0) }
    /// One of each format.
    static let samples = [
        "gif-still.gif", "avif-color.avif", "heic-color.heic", "jxl-lossless.jxl", "bmp-color.bmp", "bmp-runs-8.bmp",
        "tiff-lzw.tiff",
    ]

    static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: name))) }

    static func format(_ name: String) -> ImageFormat? {
        ImageFormat(rawValue: String(name.split(separator: ".").last ?? ""))
    }

    /// The expected pixels.
    /// - Parameter frame: the number of an animation's frame.
    static func pixels(_ name: String, frame: Int? = nil) throws -> Image {
        let stem = name.split(separator: ".")[0] + (frame.map { ".\($0)" } ?? "") + "."
        let file = try #require(names.first { $0.hasPrefix(stem) && $0.hasSuffix(".rgb") })
        let size = file.split(separator: ".").dropLast().last?.split(separator: "x").compactMap { Int($0) } ?? []
        return Image(width: size[0], height: size[1], pixels: try bytes(file))
    }

    /// What a picture may differ from what is expected: the most of any channel, and the mean. Files without loss do not differ.
    static func tolerance(_ name: String) -> (most: Int, mean: Double) {
        switch name.split(separator: "-")[0] {
        case "avif": (8, 1.5)
        case "heic": (10, 1.5)
        case "jxl": name.contains("lossy") || name.contains("turned") ? (50, 3.5) : (0, 0)
        case "bmp": name.contains("16") ? (1, 0.6) : (0, 0)
        case "tiff": name.contains("jpeg") ? (4, 0.5) : (0, 0)
        default: (0, 0)
        }
    }

    static func expectSame(_ image: Image, as name: String, frame: Int? = nil) throws {
        let expected = try pixels(name, frame: frame)
        try #require(image.width == expected.width && image.height == expected.height, "\(name)")
        let differences = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }
        let mean = Double(differences.reduce(0, +)) / Double(differences.count)
        let tolerance = tolerance(name)
        #expect(differences.max() ?? 0 <= tolerance.most && mean <= tolerance.mean, "\(name): mean \(mean)")
    }

    /// Runs a test that needs a decoder; without it, the test is skipped and says so.
    static func needingDecoder<T>(_ name: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as ImagingError where error.code == .noDecoder {
            try Test.cancel("\(name): \(error.message)")
        }
    }
}
