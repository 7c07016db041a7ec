import Foundation
import Imaging
import Platform

/// Pictures with the boxes of all faces in them: a folder with a file `boxes.json` of `{"file": [[left, top, right, bottom], …]}`. A folder
/// without that file holds pictures without any face. A file `ignored.json` of the same form beside it names places that may hold a face or not:
/// they neither train nor count.
public struct FacePictures: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let path: String
        /// Of every face, in pixels of the upright picture.
        public let boxes: [BoxEdges]
        /// Places that may hold a face or not.
        public let ignored: [BoxEdges]

        public init(path: String, boxes: [BoxEdges], ignored: [BoxEdges] = []) {
            (self.path, self.boxes, self.ignored) = (path, boxes, ignored)
        }

        /// Whether there certainly is no face.
        public var isFaceless: Bool { boxes.isEmpty && ignored.isEmpty }

        public var name: String { URL(filePath: path).lastPathComponent }

        /// What kind of picture it is: the file's name up to the first underscore, or the whole name without its ending.
        public var kind: String {
            let stem = (name as NSString).deletingPathExtension
            return stem.split(separator: "_", omittingEmptySubsequences: false).first.map(String.init) ?? stem
        }

        /// Whether the picture is held out to validate on: a third of all, by the FNV-1a hash of its file's name (Fowler, Noll and Vo,
        /// 64 bits), whatever else the folder holds.
        public var isHeldOut: Bool {
            let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            return hash % 3 == 0
        }
    }

    /// Sorted by path.
    public let entries: [Entry]

    public init(entries: [Entry]) { self.entries = entries }

    public static let boxesFile = "boxes.json"
    public static let ignoredFile = "ignored.json"

    /// Reads folders.
    /// - Throws: ``DetectionDataError`` that names the folder, the file or the box that cannot be used.
    public init(folders: [String]) throws(DetectionDataError) {
        var entries: [Entry] = []
        for folder in folders { entries += try Self.entries(of: folder) }
        self.entries = entries
    }

    private static func entries(of folder: String) throws(DetectionDataError) -> [Entry] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw DetectionDataError("cannot read the folder \(folder): \(SystemReason.text(error))")
        }
        guard names.contains(boxesFile) else {
            let pictures = names.filter(ImageFormat.isPictureName)
            guard !pictures.isEmpty else { throw DetectionDataError("the folder \(folder) holds no pictures") }
            return pictures.map { Entry(path: "\(folder)/\($0)", boxes: []) }
        }
        let known = Set(names)
        let boxes = try self.boxes(in: "\(folder)/\(boxesFile)", of: known)
        let ignored = known.contains(ignoredFile) ? try self.boxes(in: "\(folder)/\(ignoredFile)", of: known) : [:]
        return boxes.sorted { $0.key < $1.key }.map { name, boxes in
            Entry(path: "\(folder)/\(name)", boxes: boxes, ignored: ignored[name] ?? [])
        }
    }

    /// The boxes of each file that a list names.
    /// - Parameter known: the names of the folder's files.
    private static func boxes(
        in path: String, of known: Set<String>
    ) throws(DetectionDataError) -> [String: [BoxEdges]] {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw DetectionDataError("cannot read \(path): \(SystemReason.text(error))")
        }
        guard let lists = try? JSONDecoder().decode([String: [[Double]]].self, from: data) else {
            throw DetectionDataError("\(path) is not JSON of {\"file\": [[left, top, right, bottom], …]}")
        }
        var boxes: [String: [BoxEdges]] = [:]
        for (name, list) in lists.sorted(by: { $0.key < $1.key }) {
            guard known.contains(name) else { throw DetectionDataError("\(path) names \(name), which is not there") }
            boxes[name] = try list.map { box throws(DetectionDataError) in
                guard box.count == 4, box.allSatisfy(\.isFinite), box[2] > box[0], box[3] > box[1] else {
                    throw DetectionDataError("\(path): \(box) of \(name) is no box [left, top, right, bottom]")
                }
                return BoxEdges(left: box[0], top: box[1], right: box[2], bottom: box[3])
            }
        }
        return boxes
    }
}

/// Why pictures with boxes cannot be used.
public struct DetectionDataError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    init(_ message: String) { self.message = message }
}
