import API
import Client
import Embedding
import Foundation
import Imaging
import Options

enum Export: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho export", summary: "write the enrolled pictures into a folder for each character",
        discussion: """
            Writes the original bytes as DIR/CHARACTER/PICTURE, under the names that the pictures had. aniwho enroll --from-folders DIR
            enrolls them again. Repeat an export that was interrupted, and it goes on where it was.
            """,
        operands: [Operand("DIR", help: "the folder, which must be empty")],
        options: [
            Option("tag", "TAG", help: "only characters with this tag (default: all)"),
            Option("force", help: "add to a folder that is not empty; nothing is overwritten"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.word("DIR")
        let client = arguments.client
        // First, so that a daemon that does not answer leaves no folder.
        let characters = try client.characters(tag: arguments["tag"])
        guard !characters.isEmpty else {
            throw Failure(
                .characterNotFound, arguments["tag"].map { "no character has the tag \($0)" } ?? "nobody is enrolled")
        }
        let export = try RegistryExport(to: folder, adds: arguments.flag("force"), client)
        let images = characters.reduce(0) { $0 + $1.images }
        let progress = ProgressBar("exporting", total: images, console: console)
        let report = try export.write(characters) { progress.update(min($0, images)) }
        if console.isJSON { return try console.print(json: report) }
        console.print(
            "\(Show.count(report.written, "picture")) of \(Show.count(report.characters, "character")) written to \(folder)"
                + (report.there == 0 ? "" : ", \(report.there) there already"))
        if report.empty > 0 {
            console.note("\(Show.count(report.empty, "character")) without images left out")
        }
    }
}

/// Writes enrolled pictures into class folders.
struct RegistryExport {
    /// What was written.
    struct Report: Encodable {
        var characters = 0
        /// Characters without images, which have no folder.
        var empty = 0
        var written = 0
        /// Pictures that were there already, byte for byte.
        var there = 0
    }

    /// In the folder while an export is not at its end, so that it may go on.
    private static let mark = ".aniwho-export"

    private let path: String
    private let client: Client
    private let folders: CharacterFolders
    private var mark: URL { URL(filePath: path).appending(path: Self.mark) }

    /// - Parameter adds: whether the folder may hold something already.
    /// - Throws: `Failure` when the folder is a file, cannot be made, or holds something that is no export under way.
    init(to path: String, adds: Bool, _ client: Client) throws {
        (self.path, self.client) = (path, client)
        folders = try CharacterFolders(path)
        let contents = try Failure.storing("read \(path)") {
            try FileManager.default.contentsOfDirectory(atPath: path)
        }
        guard contents.isEmpty || contents.contains(Self.mark) || adds else {
            throw Failure(
                .targetExists,
                "\(path) is not empty; --force adds the pictures to what is there, and overwrites nothing")
        }
        try Failure.storing("write into \(path)") { [mark] in try Data().write(to: mark) }
    }

    /// Writes the pictures of characters; those that are there already are left.
    /// - Parameter progress: gets how many pictures are done.
    func write(_ characters: [CharacterSummary], progress: (Int) -> Void) throws -> Report {
        var report = Report()
        for character in characters {
            // One may be removed meanwhile.
            guard let images = try client.images(of: character.name) else { continue }
            if images.isEmpty { report.empty += 1 } else { report.characters += 1 }
            for image in images {
                let isNew = try folders.put(Self.fileName(of: image), under: image.character) { place in
                    (try? Data(contentsOf: place)).map { ContentHash.sha256($0) == image.sha256 } ?? false
                } write: { place in
                    try client.call(FetchImage.self, IdentifiedRequest(id: image.id)).bytes.write(to: place)
                }
                if isNew { report.written += 1 } else { report.there += 1 }
                progress(report.written + report.there)
            }
        }
        try Failure.storing("write into \(path)") { try FileManager.default.removeItem(at: mark) }
        return report
    }

    /// The name that the picture came with, as far as a file can have it, or its number; with the ending of what it is.
    static func fileName(of image: EnrolledImage) -> String {
        let last = (image.source as NSString).lastPathComponent as NSString
        let isPicture = ImageFormat.isPictureName(last as String)
        var stem = String.UnicodeScalarView()
        for letter in (isPicture ? last.deletingPathExtension : last as String).unicodeScalars
        where letter != "/" && letter.properties.generalCategory != .control
            && !(stem.isEmpty && (letter == "." || letter == " "))
        {
            stem.append(letter)
        }
        let short = FileName.cut(String(stem), to: 200)
        let isRight = ImageFormat(rawValue: image.format)?.endings.contains(last.pathExtension.lowercased()) ?? false
        let ending = isPicture && isRight ? last.pathExtension : image.format
        return "\(short.isEmpty ? String(image.id) : short).\(ending)"
    }
}
