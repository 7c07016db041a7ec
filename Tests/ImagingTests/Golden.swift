import Foundation
import Imaging

/// The files of Goldens/make.py.
enum Golden {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    static let pictures = names.filter { name in [".png", ".jpg", ".webp"].contains { name.hasSuffix($0) } }

    static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: name))) }

    /// `<stem>.<width>x<height>.rgb`.
    static func pixels(_ name: String) throws -> Image {
        let size = name.split(separator: ".").dropLast().last?.split(separator: "x").compactMap { Int($0) } ?? []
        return Image(width: size[0], height: size[1], pixels: try bytes(name))
    }

    /// The largest difference of any channel of any pixel.
    static func difference(_ a: Image, _ b: Image) -> Int {
        guard a.width == b.width, a.height == b.height else { return 256 }
        return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}
