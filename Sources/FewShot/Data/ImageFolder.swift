import Foundation
import Imaging

/// A folder's pictures.
public enum ImageFolder {
    /// The usual endings of pictures' names, for messages.
    public static let usual = ImageFormat.allCases.map { $0.endings[0] }.joined(separator: ", ")

    /// The paths of the pictures directly in a folder, sorted by name with numbers in numeric order.
    /// - Throws: ``DataSetError`` if the folder cannot be read.
    public static func images(in folder: String) throws(DataSetError) -> [String] {
        try entries(of: folder)
            .filter(ImageFormat.isPictureName)
            .map { (folder as NSString).appendingPathComponent($0) }
            .filter { !isFolder($0) }
    }

    /// The paths of the pictures in a folder and in the folders below it, sorted. Links to folders are not followed.
    /// - Throws: ``DataSetError`` if one of the folders cannot be read, or holds names that are not UTF-8.
    public static func images(below folder: String) throws(DataSetError) -> [String] {
        var (images, folders) = ([String](), [folder])
        while let folder = folders.popLast() {
            for name in try entries(of: folder) {
                let path = (folder as NSString).appendingPathComponent(name)
                if isFolder(path) {
                    var info = stat()
                    if unsafe lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
                } else if ImageFormat.isPictureName(name) {
                    images.append(path)
                }
            }
        }
        return images.sorted()
    }

    public static func isFolder(_ path: String) -> Bool {
        (try? URL(fileURLWithPath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey])
            .isDirectory)
            == true
    }

    /// - Throws: ``DataSetError`` if the folder cannot be read, or holds names that are not UTF-8, which cannot be told apart as text.
    static func entries(of folder: String) throws(DataSetError) -> [String] {
        let listing = try FolderListing(folder)
        guard listing.foreign.isEmpty else {
            throw DataSetError(
                "the folder \(folder) holds names that are not UTF-8, such as \(listing.foreign[0]). Rename them, for example with convmv."
            )
        }
        return listing.names
    }
}
