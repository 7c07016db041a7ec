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
            enrolls them again. Repeat an export that was interrupted, and it goes on where it was. With --lora it writes a folder to
            train a LoRA on: of pictures that are nearly the same only the largest, and a caption beside each picture, PICTURE.txt,
            with the character's name, series and tags. A caption that is there stays. With --boxes it writes each picture
            once, and a file of the faces' boxes, as aniwho train-detector reads them; pictures that were taken whole and pictures with
            a face that is not enrolled are left out. Vectors of cast packs have no pictures, and are left out.
            """,
        operands: [Operand("DIR", help: "the folder, which must be empty")],
        options: [
            Option("tag", "TAG", help: "only characters with this tag (default: all)"),
            Option("boxes", help: "write pictures with boxes, to train a face detector"),
            Option("series", "SERIES", help: "only characters of this series (default: all)"),
            Option("lora", help: "write captions, and leave out pictures that are nearly the same"),
            Option(
                "per-character", "K",
                help: "with --lora: at most K pictures of each character, the largest (default: all)"),
            Option("force", help: "add to a folder that is not empty; nothing is overwritten"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.word("DIR")
        let most = try arguments.integer("per-character", in: 1...Int.max)
        let isForLoRA = arguments.flag("lora")
        guard isForLoRA || most == nil else { throw arguments.misuse("--per-character goes with --lora") }
        let client = arguments.client
        // First, so that a daemon that does not answer leaves no folder.
        let characters = try client.characters(tag: arguments["tag"], series: arguments["series"])
        guard !characters.isEmpty else {
            throw Failure(.characterNotFound, arguments.castSought ?? "nobody is enrolled")
        }
        if arguments.flag("boxes") {
            for other in ["force", "lora"] where arguments.flag(other) {
                throw arguments.misuse("--boxes and --\(other) exclude each other")
            }
            return try exportBoxes(of: characters, to: folder, client, console)
        }
        let export = try RegistryExport(to: folder, adds: arguments.flag("force"), client)
        let images = characters.reduce(0) { $0 + $1.pictures }
        let progress = ProgressBar("exporting", total: images, console: console)
        let report = try export.write(characters, choosing: isForLoRA ? .differing(most) : .all) {
            progress.update(min($0, images))
        }
        if console.isJSON { return try console.print(json: report) }
        console.print(
            "\(Show.count(report.written, "picture")) of \(Show.count(report.characters, "character")) written to \(folder)"
                + (report.there == 0 ? "" : ", \(report.there) there already"))
        if report.duplicates > 0 {
            console.note("\(Show.count(report.duplicates, "picture")) left out, nearly the same as others")
        }
        if report.surplus > 0 {
            console.note("\(Show.count(report.surplus, "picture")) left out, beyond --per-character")
        }
        if report.withoutPictures > 0 {
            console.note(
                "\(Show.count(report.withoutPictures, "vector")) of cast packs left out: there are no pictures")
        }
        if report.empty > 0 {
            console.note("\(Show.count(report.empty, "character")) without images left out")
        }
    }

    private static func exportBoxes(
        of characters: [CharacterSummary], to folder: String, _ client: Client, _ console: Console
    ) throws {
        let export = try BoxExport(of: characters, to: folder, client)
        let progress = ProgressBar("exporting", total: export.pictures, console: console)
        let report = try export.write { progress.update($0) }
        if console.isJSON { return try console.print(json: report) }
        console.print(
            "\(Show.count(report.pictures, "picture")) with \(Show.count(report.faces, "face")) written to \(folder)")
        if report.whole > 0 { console.note("\(Show.count(report.whole, "picture")) left out: taken whole") }
        if report.incomplete > 0 {
            console.note("\(Show.count(report.incomplete, "picture")) left out, with a face that is not enrolled")
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
        /// Pictures left out because another one is nearly the same.
        var duplicates = 0
        /// Vectors of cast packs, which have no pictures.
        var withoutPictures = 0
        /// Pictures left out because the character has enough without them.
        var surplus = 0
    }

    /// Which pictures are written.
    enum Choice {
        case all
        /// For a training: pictures that differ, at most so many of a character, with captions.
        case differing(Int?)
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
    func write(
        _ characters: [CharacterSummary], choosing choice: Choice = .all, progress: (Int) -> Void
    ) throws -> Report {
        var report = Report()
        for character in characters {
            // One may be removed meanwhile.
            guard let images = try client.images(of: character.name) else { continue }
            let all = images.filter { $0.pack == nil }
            report.withoutPictures += images.count - all.count
            if all.isEmpty { report.empty += 1 } else { report.characters += 1 }
            let (written, caption) = try chosen(all, of: character, choice, &report)
            for image in written {
                let (place, isNew) = try folders.put(Self.fileName(of: image), under: image.character) { place in
                    (try? Data(contentsOf: place)).map { ContentHash.sha256($0) == image.sha256 } ?? false
                } write: { place in
                    try client.call(FetchImage.self, IdentifiedRequest(id: image.id)).bytes.write(to: place)
                }
                if isNew { report.written += 1 } else { report.there += 1 }
                if let caption { try write(caption, beside: place) }
                progress(report.written + report.there + report.duplicates + report.surplus)
            }
        }
        try Failure.storing("write into \(path)") { try FileManager.default.removeItem(at: mark) }
        return report
    }

    /// - Returns: the images to write, and their caption if they get one.
    private func chosen(
        _ images: [EnrolledImage], of character: CharacterSummary, _ choice: Choice, _ report: inout Report
    ) throws -> ([EnrolledImage], caption: String?) {
        guard case .differing(let most) = choice else { return (images, nil) }
        let review = try client.call(ReviewCharacter.self, NamedRequest(name: character.name))
        let selection = LoRASelection(images, nearDuplicates: review.nearDuplicates, most: most)
        report.duplicates += selection.duplicates
        report.surplus += selection.surplus
        return (selection.images, LoRASelection.caption(character))
    }

    /// Writes a caption under the picture's name with the ending `txt`, unless there is one.
    private func write(_ caption: String, beside picture: URL) throws {
        let place = picture.deletingPathExtension().appendingPathExtension("txt")
        guard !FileManager.default.fileExists(atPath: place.path) else { return }
        try Failure.storing("write \(place.path)") {
            try Data((caption + "\n").utf8).write(to: place, options: .atomic)
        }
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
