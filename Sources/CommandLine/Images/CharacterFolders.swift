import API
import Embedding
import Foundation

/// A folder with a folder for each character in it, which files are put into; none is ever overwritten.
struct CharacterFolders {
    /// The folder of pictures that are of nobody enrolled.
    static let unknown = "_unknown"

    private let folder: URL

    /// - Throws: `Failure` when the folder is a file, or cannot be made.
    init(_ path: String) throws {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        self.folder = folder
        try Failure.storing("make \(path)") {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
    }

    /// Puts a file under its name, or under `name (2)` and so on where another one is there.
    /// - Parameters:
    ///   - character: nil for the folder of the unknown.
    ///   - isSame: whether the file at a place is the one that is put.
    ///   - write: makes the file at a place, where there is none.
    /// - Returns: where it is, and whether it was put there now; false where it was there already.
    /// - Throws: `Failure` with what could not be written.
    func put(
        _ name: String, under character: String?, isSame: (URL) -> Bool, write: (URL) throws -> Void
    ) throws -> (place: URL, isNew: Bool) {
        let target = folder.appending(
            path: character.map(FolderName.of) ?? Self.unknown, directoryHint: .isDirectory)
        return try Failure.storing("put \(name) into \(target.path)") {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            if let character { try FolderName.label(target, character) }
            var number = 1
            while true {
                let place = target.appending(path: FileName.numbered(name, number))
                if Self.isTaken(place) {
                    if isSame(place) { return (place, false) }
                    number += 1
                    continue
                }
                // Beside its place first, so that a full disk leaves no part of a picture there.
                let partial = target.appending(path: ".\(UUID().uuidString).partial")
                do {
                    try write(partial)
                    try FileManager.default.moveItem(at: partial, to: place)
                } catch {
                    try? FileManager.default.removeItem(at: partial)
                    throw error
                }
                return (place, true)
            }
        }
    }

    /// Whether something has the name already, be it a link to a file that is not there.
    private static func isTaken(_ place: URL) -> Bool {
        var info = stat()
        return lstat(place.path, &info) == 0
    }
}

/// Names of files.
enum FileName {
    /// What the usual file systems of Linux allow.
    static let longest = 255

    /// `name (2).png` for the second file of a name; the stem is cut between letters where the whole would be too long.
    static func numbered(_ name: String, _ number: Int) -> String {
        var (stem, ending) = (name, "")
        let suffix = (name as NSString).pathExtension
        if !suffix.isEmpty, suffix.utf8.count <= 16 {
            stem = (name as NSString).deletingPathExtension
            ending = ".\(suffix)"
        }
        if number > 1 { ending = " (\(number))" + ending }
        return cut(stem, to: longest - ending.utf8.count) + ending
    }

    /// The beginning of a text that has at most this many bytes.
    static func cut(_ text: String, to bytes: Int) -> String {
        var text = text
        while text.utf8.count > bytes { text.removeLast() }
        return text
    }
}

/// The name of a character's folder, and back.
///
/// A slash would begin another folder, and a name that begins with a dot, a hidden one: they are written as in a URL, and so is the per
/// cent sign before such a code, so that every name comes back as it was. The folder of the unknown is nobody's. A name that is too
/// long for a folder is shortened, and a file in the folder holds all of it.
enum FolderName {
    /// In a folder whose name is shortened.
    private static let labelFile = ".aniwho-character"

    private static let codes: [Unicode.Scalar: String] = ["%": "%25", "/": "%2F", ".": "%2E", "_": "%5F"]

    static func of(_ character: String) -> String {
        let name = encoded(character)
        guard name.utf8.count > FileName.longest else { return name }
        let ending = "~" + ContentHash.sha256(Data(character.utf8)).prefix(16)
        return FileName.cut(name, to: FileName.longest - ending.utf8.count) + ending
    }

    static func character(_ folder: String) -> String {
        var name = ""
        var rest = Substring(folder).unicodeScalars
        while let letter = rest.first {
            if letter == "%", let code = codes.first(where: { rest.starts(with: $0.value.unicodeScalars) }) {
                name.unicodeScalars.append(code.key)
                rest = rest.dropFirst(code.value.unicodeScalars.count)
            } else {
                name.unicodeScalars.append(letter)
                rest = rest.dropFirst()
            }
        }
        return name
    }

    /// The character of the folder at a path, which may have a shortened name.
    static func character(ofFolder path: String) -> String {
        let label = try? String(contentsOfFile: path + "/" + labelFile, encoding: .utf8)
        return label ?? character((path as NSString).lastPathComponent)
    }

    /// Writes the character's name into its folder, if the folder's own name is shortened.
    static func label(_ folder: URL, _ character: String) throws {
        guard encoded(character).utf8.count > FileName.longest else { return }
        let place = folder.appending(path: labelFile)
        guard !FileManager.default.fileExists(atPath: place.path) else { return }
        try Data(character.utf8).write(to: place, options: .atomic)
    }

    /// Letter by letter as they are stored: a slash and a mark upon it are one letter for people and two for the file system.
    private static func encoded(_ character: String) -> String {
        let isReserved = character == CharacterFolders.unknown
        var name = ""
        for (offset, letter) in character.unicodeScalars.enumerated() {
            let needsCode =
                switch letter {
                case "/": true
                case ".": offset == 0
                case "_": offset == 0 && isReserved
                case "%":
                    codes.values.contains {
                        character.unicodeScalars.dropFirst(offset).starts(with: $0.unicodeScalars)
                    }
                default: false
                }
            if needsCode, let code = codes[letter] { name += code } else { name.unicodeScalars.append(letter) }
        }
        return name
    }
}
