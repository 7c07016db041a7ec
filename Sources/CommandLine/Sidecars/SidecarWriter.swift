import API
import Client
import Embedding
import FewShot
import Foundation
import Imaging
import Options
import Sidecars

/// Writes who is in pictures into files beside them. The pictures stay as they are.
struct SidecarWriter {
    private let format: SidecarFormat
    private let naming: SidecarName
    private let writesUnknown: Bool
    /// The series of the characters that have one.
    private let series: [String: String]
    /// The names of characters by their aliases, which a trained classifier may still use.
    private let names: [String: String]
    /// Sidecars that were written; those that held everything already do not count.
    private(set) var written = 0

    static let options = [
        Option(
            "write", "FORMAT",
            help: "also write the names into a file beside each picture: txt, xmp or json; what is there stays"),
        Option("write-to-stem", help: "with --write: name it PICTURE.xmp, as Lightroom does, not PICTURE.png.xmp"),
        Option("write-unknown", help: "with --write: also write unknown faces, as character:unknown"),
    ]

    /// The writer that the options ask for; nil where they do not.
    static func given(_ arguments: Arguments) throws -> SidecarWriter? {
        guard let text = arguments["write"] else {
            for flag in ["write-to-stem", "write-unknown"] where arguments.flag(flag) {
                throw arguments.misuse("--\(flag) goes with --write")
            }
            return nil
        }
        guard let format = SidecarFormat(rawValue: text) else {
            let formats = SidecarFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw arguments.misuse("--write takes one of \(formats), not \(text)")
        }
        return SidecarWriter(
            format, arguments.flag("write-to-stem") ? .stem : .file, writesUnknown: arguments.flag("write-unknown"),
            try arguments.client.characters())
    }

    private init(
        _ format: SidecarFormat, _ naming: SidecarName, writesUnknown: Bool, _ characters: [CharacterSummary]
    ) {
        (self.format, self.naming, self.writesUnknown) = (format, naming, writesUnknown)
        var (series, names): ([String: String], [String: String]) = ([:], [:])
        for character in characters {
            if !character.series.isEmpty { series[character.name] = character.series }
            for alias in character.aliases { names[alias] = character.name }
        }
        (self.series, self.names) = (series, names)
    }

    /// Writes an answer beside its picture.
    /// - Throws: ``Failure`` if there is no place for the file, or if one is there that cannot be added to.
    mutating func write(_ answer: PictureAnswer) throws {
        let picture = answer.picture
        guard picture.isFile else {
            throw Failure(.usage, "\(picture.path) is no file, so there is no place beside it; leave out --write")
        }
        try checkStem(of: picture.path)
        let path = naming.path(of: picture.path, format)
        let existing = try SidecarFile.contents(path)
        let tags = try tags(of: answer)
        let bytes: Data?
        do throws(SidecarError) { bytes = try format.merged(tags, into: existing) } catch {
            throw Failure(.badInput, "\(path) was left as it is: \(error.message)")
        }
        guard let bytes else { return }
        try OutputFile(path).write(bytes)
        written += 1
    }

    private func tags(of answer: PictureAnswer) throws(Failure) -> PictureTags {
        let faces = answer.answer.faces.map { face in
            PictureTags.Face(
                character: face.character.map { names[$0] ?? $0 }, box: face.milliseconds ?? 0 == 0 ? face.box : nil,
                probability: face.character == nil ? nil : face.probability)
        }
        // Only boxes need the picture's size and orientation, for which it is decoded.
        let geometry = try faces.contains { $0.box != nil } ? answer.picture.geometry() : nil
        return PictureTags(faces: faces, writesUnknown: writesUnknown, series: series, geometry: geometry)
    }

    /// - Throws: ``Failure`` if two pictures would share the file.
    private func checkStem(of path: String) throws(Failure) {
        guard case .stem = naming else { return }
        let stem = (path as NSString).deletingPathExtension
        let twin = ImageFormat.endings.lazy.flatMap { [$0, $0.uppercased()] }.map { "\(stem).\($0)" }
            .first { $0 != path && FileManager.default.fileExists(atPath: $0) }
        guard let twin else { return }
        throw Failure(
            .badInput,
            "\(path) and \(twin) would share one file; leave out --write-to-stem, so that each has its own")
    }
}

/// Sidecars on the disk.
enum SidecarFile {
    /// The bytes of a file; nil if there is none.
    /// - Throws: ``Failure`` if it cannot be read, is no plain file, or is too large.
    static func contents(_ path: String) throws -> Data? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            guard errno == ENOENT else { throw Failure(.storage, "cannot read \(path)") }
            return nil
        }
        // A FIFO would wait for its writer.
        guard info.st_mode & S_IFMT == S_IFREG, info.st_size <= SidecarFormat.largest else {
            throw Failure(.badInput, "\(path) is no sidecar: it is no plain file, or too large")
        }
        return try Failure.storing("read \(path)") { try Data(contentsOf: URL(filePath: path)) }
    }
}

extension PictureInput {
    /// The size of the upright picture, and how its file stores it.
    /// - Throws: ``Failure`` that names the file.
    func geometry() throws(Failure) -> PictureGeometry {
        let bytes = try bytes()
        do throws(ImagingError) {
            let decoded = try Image.decode([UInt8](bytes))
            return PictureGeometry(
                width: decoded.image.width, height: decoded.image.height, orientation: decoded.orientation)
        } catch { throw Failure(.badImage, "\(path): \(error.message)") }
    }
}
