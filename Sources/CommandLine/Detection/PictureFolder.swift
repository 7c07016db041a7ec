import API
import Foundation
import Geometry
import Imaging

/// A folder that a command writes pictures to, as PNG files that are named after the pictures they come from.
final class PictureFolder {
    private let path: String
    private var used: Set<String> = []

    /// - Throws: ``Failure`` when the folder is not there and cannot be created.
    init(_ path: String) throws {
        self.path = path
        try Failure.storing("create the folder \(path)") {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    /// Writes `NAME.png`.
    func write(_ image: Image, of picture: PictureInput) throws(Failure) { try write(image, name(picture)) }

    /// Writes `NAME-1.png`, `NAME-2.png` and so on.
    func write(_ images: [Image], of picture: PictureInput) throws(Failure) {
        let name = name(picture)
        for (index, image) in images.enumerated() { try write(image, "\(name)-\(index + 1)") }
    }

    private func write(_ image: Image, _ name: String) throws(Failure) {
        let file = "\(path)/\(name).png"
        do {
            try Failure.storing("write \(file)") {
                try Data(image.encodePNG()).write(to: URL(filePath: file), options: .atomic)
            }
        } catch { throw Failure(error) }
    }

    /// The picture's name without its ending; a second picture of the same name is told apart by a number.
    private func name(_ picture: PictureInput) -> String {
        let stem = (picture.fileName as NSString).deletingPathExtension
        var name = stem
        var number = 2
        while !used.insert(name).inserted {
            name = "\(stem)_\(number)"
            number += 1
        }
        return name
    }
}

extension Image {
    /// The picture with frames around boxes, about a two-hundredth of its long side thick.
    func framing(_ boxes: [PixelBox]) -> Image {
        let thickness = max(2, max(width, height) / 200)
        return boxes.reduce(self) { image, box in
            image.framed(
                x: box.left, y: box.top, width: box.width, height: box.height, thickness: thickness,
                color: (255, 40, 40))
        }
    }
}
