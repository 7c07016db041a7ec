import API
import FewShot
import Foundation
import Imaging
import Options
import Platform

/// A picture given to a command: a file, or bytes that can be read only once, which are held.
struct PictureInput: Sendable {
    /// As the user wrote it: a path, or `-` for standard input.
    let path: String
    /// What standard input or a pipe held; nil for a file, which is read when it is needed.
    private let held: Data?

    /// The largest picture that is read from a pipe: as much as one request may hold.
    private static let largest = 128 << 20

    /// A file.
    init(file path: String) { (self.path, held) = (path, nil) }

    /// A file, a pipe, or standard input, which is read here to its end.
    /// - Throws: ``Failure`` when there is no such file, or a pipe cannot be read.
    init(_ path: String) throws(Failure) {
        self.path = path
        if path == "-" {
            held = try Self.drain(.standardInput, path)
            return
        }
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw Failure(
                .fileNotFound,
                errno == ENOENT ? "there is no file \(path)" : "cannot read \(path): \(SystemReason.text(errno))")
        }
        if info.st_mode & S_IFMT == S_IFREG {
            held = nil
        } else {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw Failure(.fileNotFound, "cannot read \(path): \(SystemReason.text(errno))")
            }
            held = try Self.drain(handle, path)
        }
    }

    private static func drain(_ handle: FileHandle, _ path: String) throws(Failure) -> Data {
        var bytes = Data()
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty, bytes.count <= largest {
                bytes += piece
            }
        } catch { throw Failure(.fileNotFound, "cannot read \(path): \(SystemReason.text(error))") }
        guard bytes.count <= largest else {
            throw Failure(.badImage, "\(path): the picture is larger than \(Show.bytes(largest))")
        }
        return bytes
    }

    /// Whether it lies on disk, where it can be linked to.
    var isFile: Bool { held == nil }

    /// The name of a file for it: its own, or one for what came through a pipe.
    var fileName: String {
        guard let held else { return URL(filePath: path).lastPathComponent }
        let format = ImageFormat.detect([UInt8](held))?.rawValue ?? "png"
        return "stdin.\(format)"
    }

    /// The encoded picture.
    /// - Throws: ``Failure`` when the file cannot be read.
    func bytes() throws(Failure) -> Data {
        if let held { return held }
        do { return try Data(contentsOf: URL(filePath: path)) } catch {
            throw Failure(.fileNotFound, "cannot read the file \(path): \(SystemReason.text(error))")
        }
    }

    /// Bytes as they travel, under the path as name.
    func part() throws(Failure) -> FilePart { FilePart(name: path, bytes: try bytes()) }

    /// Bytes as the only picture of a request, which has no name then.
    /// - Throws: ``Failure`` when the file cannot be read, or is no picture.
    func rawPart() throws(Failure) -> FilePart {
        let bytes = try bytes()
        do throws(ImagingError) {
            return FilePart(name: nil, mediaType: try ImageFormat(of: [UInt8](bytes)).mediaType, bytes: bytes)
        } catch { throw Failure(.badImage, "\(path): \(error.message)") }
    }

    /// The size in bytes, as far as it is known; 0 where it is not.
    var byteCount: Int {
        if let held { return held.count }
        // Through symbolic links, as the bytes are read.
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        return (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
    }

    /// The decoded picture.
    /// - Throws: ``Failure`` that names the file.
    func image() throws(Failure) -> Image {
        let bytes: Data
        do { bytes = try self.bytes() } catch { throw Failure(.badImage, error.message) }
        do throws(ImagingError) { return try Image.decode([UInt8](bytes)).image } catch {
            throw Failure(.badImage, "\(path): \(error.message)")
        }
    }
}

extension Sequence {
    /// Maps every element, and names all that fail instead of the first only.
    /// - Parameter what: what could not be done with the pictures.
    func mapPictures<T>(_ what: String, _ transform: (Element) throws(Failure) -> T) throws(Failure) -> [T] {
        var (results, failures): ([T], [Failure]) = ([], [])
        for element in self {
            do throws(Failure) { results.append(try transform(element)) } catch { failures.append(error) }
        }
        guard failures.isEmpty else {
            throw Failure(failures, of: results.count + failures.count, "pictures", what)
        }
        return results
    }
}

extension Operand {
    static let image = Operand("IMAGE", help: "a picture; - reads standard input")
    static let images = Operand(
        "IMAGE", .any, help: "pictures; a folder counts as its pictures, - is standard input")
}

/// Lists of pictures on the command line.
enum PictureList {
    static let unreadable = "could not be read"

    /// Files and pipes as they are; a folder counts as its pictures.
    /// - Throws: ``Failure`` that names every path that is not there and every folder without pictures.
    static func expand(_ paths: [String]) throws(Failure) -> [PictureInput] {
        try paths.mapPictures(unreadable) { path throws(Failure) -> [PictureInput] in
            guard ImageFolder.isFolder(path) else { return [try PictureInput(path)] }
            let images: [String]
            do { images = try ImageFolder.images(in: path) } catch { throw Failure(error) }
            guard !images.isEmpty else {
                throw Failure(.badInput, "the folder \(path) holds no pictures (\(ImageFolder.usual))")
            }
            return images.map(PictureInput.init(file:))
        }.flatMap { $0 }
    }

    /// The pictures in a folder and in the folders below it.
    /// - Throws: ``Failure`` when there is no such folder, it holds none, or names in it are not UTF-8.
    static func below(_ folder: String) throws(Failure) -> [PictureInput] {
        guard ImageFolder.isFolder(folder) else { throw Failure(.fileNotFound, "there is no folder \(folder)") }
        let images: [String]
        do { images = try ImageFolder.images(below: folder) } catch { throw Failure(error) }
        guard !images.isEmpty else {
            throw Failure(.badInput, "there are no pictures (\(ImageFolder.usual)) below \(folder)")
        }
        return images.map(PictureInput.init(file:))
    }

    /// Paths from a file: one a line, or each ended by a NUL character.
    /// - Throws: ``Failure`` for a path that is not UTF-8.
    static func paths(in text: Data, separatedByNull: Bool) throws(Failure) -> [String] {
        var paths: [String] = []
        for var bytes in text.split(separator: separatedByNull ? 0 : UInt8(ascii: "\n")) {
            if !separatedByNull, bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
            guard let path = String(validating: bytes, as: UTF8.self) else {
                throw Failure(
                    .badInput, "the list names \(ForeignName.text(bytes)), which is not UTF-8; rename that file")
            }
            if !path.isEmpty { paths.append(path) }
        }
        return paths
    }
}

extension Arguments {
    /// The pictures of an operand that takes any number of them, and of `--files-from`.
    /// - Throws: `UsageError` when standard input would be read twice; ``Failure`` that names every path that is wrong.
    func pictures(_ operand: String) throws -> [PictureInput] {
        var paths = list(operand)
        let isNull = flag(Option.null.name)
        if let file = self[Option.filesFrom.name] {
            let text = try PictureInput(file).bytes()
            paths += try PictureList.paths(in: text, separatedByNull: isNull)
            guard file != "-" || !paths.contains("-") else {
                throw misuse("standard input cannot be both a list of files and a picture")
            }
        } else if isNull {
            throw misuse("--null goes with --files-from")
        }
        guard paths.count(where: { $0 == "-" }) < 2 else { throw misuse("standard input can be read only once") }
        return try PictureList.expand(paths)
    }

    /// The same for a command that needs at least one.
    func somePictures(_ operand: String) throws -> [PictureInput] {
        let pictures = try pictures(operand)
        guard !pictures.isEmpty else { throw misuse("\(operand) is missing: name a picture, or give --files-from") }
        return pictures
    }

    /// The picture of the operand `IMAGE` of a command that takes one.
    func picture() throws -> PictureInput { try PictureInput(word("IMAGE")) }

    /// The pictures of several operands that take one each.
    func pictures(of operands: [String]) throws -> [PictureInput] {
        let paths = operands.map(word)
        guard paths.count(where: { $0 == "-" }) < 2 else { throw misuse("standard input can be read only once") }
        return try paths.mapPictures(PictureList.unreadable) { path throws(Failure) in try PictureInput(path) }
    }
}
