import API
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
    /// - Returns: whether it was put there now; false where it was there already.
    /// - Throws: `Failure` with what could not be written.
    func put(
        _ name: String, under character: String?, isSame: (URL) -> Bool, write: (URL) throws -> Void
    ) throws -> Bool {
        let target = folder.appending(
            path: character.map(FolderName.of) ?? Self.unknown, directoryHint: .isDirectory)
        let (stem, suffix) = ((name as NSString).deletingPathExtension, (name as NSString).pathExtension)
        return try Failure.storing("put \(name) into \(target.path)") {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            for number in 1... {
                let file = (number == 1 ? stem : "\(stem) (\(number))") + (suffix.isEmpty ? "" : ".\(suffix)")
                let place = target.appending(path: file)
                if FileManager.default.fileExists(atPath: place.path) {
                    if isSame(place) { return false }
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
                return true
            }
            return false
        }
    }
}

/// The name of a character's folder, and back.
///
/// A slash would begin another folder, and a name that begins with a dot, a hidden one: they are written as in a URL, and so is the per
/// cent sign before such a code, so that every name comes back as it was.
enum FolderName {
    private static let codes = ["%": "%25", "/": "%2F", ".": "%2E"]

    static func of(_ character: String) -> String {
        var name = ""
        for (offset, letter) in character.enumerated() {
            let rest = character.dropFirst(offset)
            let needsCode =
                switch letter {
                case "/": true
                case ".": offset == 0
                case "%": codes.values.contains { rest.hasPrefix($0) }
                default: false
                }
            name += needsCode ? codes[String(letter)] ?? "" : String(letter)
        }
        return name
    }

    static func character(_ folder: String) -> String {
        var name = ""
        var rest = folder[...]
        while let letter = rest.first {
            if let code = codes.first(where: { rest.hasPrefix($0.value) }) {
                name += code.key
                rest = rest.dropFirst(code.value.count)
            } else {
                name.append(letter)
                rest = rest.dropFirst()
            }
        }
        return name
    }
}
