import API
import Foundation
import Options

/// Puts pictures into a folder for each character.
struct FileSorter {
    private let folders: CharacterFolders
    /// Whether a picture gets there as a hard link: no byte is copied, and both places must be on one file system.
    private let links: Bool
    /// Whether a picture of several characters gets into one folder of the group instead of into that of each.
    private let groups: Bool

    /// - Throws: `Failure` when the folder is a file, or cannot be made.
    init(_ path: String, links: Bool, groups: Bool) throws {
        folders = try CharacterFolders(path)
        (self.links, self.groups) = (links, groups)
    }

    /// Puts a picture into the folders of its characters; the picture that was classified stays where it is.
    /// - Parameter characters: those that were named; the folder of the unknown if there is none.
    /// - Returns: whether it was put anywhere now; false where it was there already, byte for byte.
    /// - Throws: `Failure` with what could not be written.
    func put(_ picture: PictureInput, of characters: [String]) throws -> Bool {
        guard characters.count > 1 else { return try put(picture, under: characters.first) }
        if groups { return try put(picture, under: characters.sorted().joined(separator: " + ")) }
        var isNew = false
        for character in characters where try put(picture, under: character) { isNew = true }
        return isNew
    }

    /// - Parameter character: nil for the folder of the unknown.
    private func put(_ picture: PictureInput, under character: String?) throws -> Bool {
        if links, !picture.isFile {
            throw Failure(.usage, "\(picture.path) cannot be linked to, since it is no file; leave out --link")
        }
        let (_, isNew) = try folders.put(picture.fileName, under: character) { place in
            (try? Data(contentsOf: place, options: .mappedIfSafe)) == (try? picture.bytes())
        } write: { place in
            // Of a link, the picture at its end: a copy of the link itself may lead nowhere from its new place.
            let source = realpath(picture.path, nil).map { path in
                defer { free(path) }
                return URL(filePath: String(cString: path))
            }
            if links, let source {
                try FileManager.default.linkItem(at: source, to: place)
            } else if picture.isFile, let source {
                try FileManager.default.copyItem(at: source, to: place)
            } else {
                try picture.bytes().write(to: place)
            }
        }
        return isNew
    }
}

extension FileSorter {
    static let options = [
        Option("sort-into", "DIR", help: "also put the pictures into a folder for each character here"),
        Option("link", help: "with --sort-into: link to the pictures instead of copying them"),
        Option("groups", help: "with --sort-into: a picture of several characters goes into one folder “A + B”"),
    ]

    /// The sorter that the options ask for; nil where they do not.
    static func given(_ arguments: Arguments) throws -> FileSorter? {
        let (links, groups) = (arguments.flag("link"), arguments.flag("groups"))
        guard let folder = arguments["sort-into"] else {
            guard !links, !groups else {
                throw arguments.misuse("\(links ? "--link" : "--groups") goes with --sort-into")
            }
            return nil
        }
        return try FileSorter(folder, links: links, groups: groups)
    }
}
