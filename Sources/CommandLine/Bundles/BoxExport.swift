import API
import Client
import Foundation
import Geometry

/// Writes enrolled pictures with the boxes of their faces, as `aniwho train-detector` reads them: the boxes that people have confirmed by
/// enrolling, or have corrected.
struct BoxExport {
    /// What was written.
    struct Report: Encodable {
        var pictures = 0
        var faces = 0
        /// Pictures that were taken whole, so that nobody has said where their face is.
        var whole = 0
        /// Pictures with a face that is not enrolled. As training data they would say that it is no face.
        var incomplete = 0
    }

    private struct Entry {
        let image: EnrolledImage
        var boxes: [PixelBox]
    }

    private static let boxesFile = "boxes.json"

    private let path: String
    private let client: Client
    private let entries: [Entry]
    private let whole: Int

    /// How many pictures have boxes.
    var pictures: Int { entries.count }

    /// - Throws: ``Failure`` when the folder is not empty, or cannot be made.
    init(of characters: [CharacterSummary], to path: String, _ client: Client) throws {
        (self.path, self.client) = (path, client)
        var (entries, whole): ([String: Entry], Int) = ([:], 0)
        for character in characters {
            for image in try client.images(of: character.name) ?? [] where image.pack == nil {
                if let box = image.box {
                    entries[image.sha256, default: Entry(image: image, boxes: [])].boxes.append(box)
                } else {
                    whole += 1
                }
            }
        }
        (self.entries, self.whole) = (entries.values.sorted { $0.image.id < $1.image.id }, whole)
        let contents = try Failure.storing("make \(path)") {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return try FileManager.default.contentsOfDirectory(atPath: path)
        }
        guard contents.isEmpty else { throw Failure(.targetExists, "\(path) is not empty; name another folder") }
    }

    /// Writes the pictures, and then the file of boxes.
    /// - Parameter progress: gets how many pictures are done.
    func write(progress: (Int) -> Void) throws -> Report {
        var report = Report(whole: whole)
        var boxes: [String: [[Int]]] = [:]
        for (index, entry) in entries.enumerated() {
            let bytes = try client.call(FetchImage.self, IdentifiedRequest(id: entry.image.id)).bytes
            if try isComplete(entry, bytes) {
                let name = "\(entry.image.sha256.prefix(16)).\(entry.image.format)"
                try OutputFile("\(path)/\(name)").write(bytes)
                boxes[name] = Self.distinct(entry.boxes).map { [$0.left, $0.top, $0.right, $0.bottom] }
                report.pictures += 1
                report.faces += boxes[name]?.count ?? 0
            } else {
                report.incomplete += 1
            }
            progress(index + 1)
        }
        try OutputFile("\(path)/\(Self.boxesFile)").write(try JSON.encode(boxes, pretty: true))
        return report
    }

    /// Whether every face that is found in the picture is enrolled.
    private func isComplete(_ entry: Entry, _ bytes: Data) throws -> Bool {
        let file = FilePart(name: "image \(entry.image.id)", bytes: bytes)
        let answer = try client.call(
            ClassifyImages.self, .init(top: 1, selection: FaceSelection(.found), files: [file]))
        return answer.results.flatMap(\.faces).compactMap(\.box).allSatisfy { found in
            entry.boxes.contains { $0.isSameFace(as: found) }
        }
    }

    /// Each face once: two characters may have it.
    private static func distinct(_ boxes: [PixelBox]) -> [PixelBox] {
        boxes.reduce(into: []) { kept, box in
            if !kept.contains(where: { $0.isSameFace(as: box) }) { kept.append(box) }
        }
    }
}
