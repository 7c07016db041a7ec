import FewShot
import Foundation
import Imaging

/// A folder that has a folder of pictures for each character: the characters to enroll, and what is left out with the reason.
struct FolderScan {
    struct Character {
        let name: String
        let images: [String]
    }

    /// Endings of pictures in formats that AniWho does not read.
    private static let foreignFormats: Set<String> = [
        "jp2", "svg", "psd", "tga", "ico", "jif", "jfi", "mng", "pcx", "ppm", "dds", "exr", "qoi",
    ]

    private(set) var characters: [Character] = []
    /// A sentence for each folder or picture that somebody may have wanted to enroll.
    private(set) var leftOut: [String] = []
    /// Other files, which are no pictures.
    private(set) var others: [String] = []
    /// Whether there is a folder of pictures of nobody known.
    private(set) var hasUnknown = false

    /// - Parameter path: the folder, or a class list in JSON.
    /// - Throws: ``DataSetError`` when it cannot be read, or nothing can be enrolled and nothing was left out.
    init(_ path: String) throws(DataSetError) {
        guard !path.lowercased().hasSuffix(".json") else {
            characters = try ClassFolders(path: path).classes.map {
                Character(name: FolderName.character($0.name), images: $0.images)
            }
            return
        }
        let listing = try FolderListing(path)
        addForeign(listing, path)
        for name in listing.names {
            let place = (path as NSString).appendingPathComponent(name)
            if !ImageFolder.isFolder(place) {
                addFile(place, reason: "it lies beside the folders of the characters")
            } else if name == CharacterFolders.unknown {
                hasUnknown = true
            } else {
                add(folder: place)
            }
        }
        guard !characters.isEmpty || !leftOut.isEmpty else {
            throw DataSetError("\(path) holds no folder with pictures. It must hold one folder for each character.")
        }
    }

    private mutating func add(folder: String) {
        let listing: FolderListing
        do throws(DataSetError) { listing = try FolderListing(folder) } catch {
            return leftOut.append(error.message)
        }
        addForeign(listing, folder)
        var images: [String] = []
        for name in listing.names {
            let place = (folder as NSString).appendingPathComponent(name)
            if ImageFolder.isFolder(place) {
                leftOut.append("\(place): a folder inside a character's folder is not read")
            } else if ImageFormat.isPictureName(name) {
                images.append(place)
            } else {
                addFile(place, reason: nil)
            }
        }
        if images.isEmpty {
            leftOut.append("\(folder): it holds no pictures (\(ImageFolder.usual))")
        } else {
            characters.append(Character(name: FolderName.character(ofFolder: folder), images: images))
        }
    }

    private mutating func addForeign(_ listing: FolderListing, _ folder: String) {
        for name in listing.foreign {
            leftOut.append("\(folder)/\(name): the name is not UTF-8; rename it, for example with convmv")
        }
    }

    /// Notes a file that is not enrolled.
    /// - Parameter reason: why a picture is not; nil if only its format or its ending is.
    private mutating func addFile(_ path: String, reason: String?) {
        let ending = (path as NSString).pathExtension.lowercased()
        let isFormat = Self.foreignFormats.contains(ending)
        if let reason, isFormat || ImageFormat.endings.contains(ending) {
            leftOut.append("\(path): \(reason)")
        } else if Self.isPicture(path) {
            leftOut.append("\(path): its name does not end as a picture's (\(ImageFolder.usual))")
        } else if isFormat {
            leftOut.append("\(path): \(ending.uppercased()) pictures are not supported")
        } else {
            others.append(path)
        }
    }

    private static func isPicture(_ path: String) -> Bool {
        var info = stat()
        // A FIFO would wait for its writer.
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, let file = FileHandle(forReadingAtPath: path),
            let start = try? file.read(upToCount: 256)
        else { return false }
        return ImageFormat.detect([UInt8](start)) != nil
    }
}
