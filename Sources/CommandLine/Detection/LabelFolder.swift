import API
import Detection
import Foundation

/// A folder that a command writes the boxes of pictures to, as `aniwho train-detector` takes them: `boxes.json`, and `ignored.json` for the
/// places where the detector is not certain.
struct LabelFolder {
    /// Lower scores are no place that may hold a face.
    static let leastScore = 0.1

    private let path: String
    private var boxes: [String: [[Double]]] = [:], ignored: [String: [[Double]]] = [:]

    /// - Throws: ``Failure`` when the folder is not there and cannot be created, or has a list of boxes, which somebody may have corrected.
    init(_ path: String) throws {
        self.path = path
        try Failure.storing("create the folder \(path)") {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        for name in [FacePictures.boxesFile, FacePictures.ignoredFile]
        where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw Failure(.badInput, "\(path)/\(name) is there already: name another folder, or remove it")
        }
    }

    /// - Parameters:
    ///   - faces: down to ``leastScore``.
    ///   - threshold: from this score on a face is certain.
    /// - Throws: ``Failure`` if another picture has the same name.
    mutating func add(_ faces: [DetectedFace], threshold: Double, of picture: PictureInput) throws(Failure) {
        let name = picture.fileName
        guard boxes[name] == nil else {
            throw Failure(.badInput, "two pictures are named \(name): boxes are listed by name, so label them apart")
        }
        func list(_ faces: [DetectedFace]) -> [[Double]] {
            faces.map { [$0.box.edges.left, $0.box.edges.top, $0.box.edges.right, $0.box.edges.bottom] }
        }
        boxes[name] = list(faces.filter { $0.score >= threshold })
        let uncertain = list(faces.filter { $0.score < threshold })
        if !uncertain.isEmpty { ignored[name] = uncertain }
    }

    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for (name, list) in [(FacePictures.boxesFile, boxes), (FacePictures.ignoredFile, ignored)] {
            try Failure.storing("write \(path)/\(name)") {
                try encoder.encode(list).write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
            }
        }
    }
}
