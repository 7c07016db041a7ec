import Foundation

/// A folder's pictures.
public enum ImageFolder {
    /// The file name extensions of pictures. The format of a picture is read from its content later.
    public static let extensions: Set<String> = ["png", "jpg", "jpeg", "webp"]

    /// The paths of the pictures directly in a folder, sorted by name with numbers in numeric order.
    /// - Throws: ``DataSetError`` if the folder cannot be read.
    public static func images(in folder: String) throws(DataSetError) -> [String] {
        try entries(of: folder)
            .filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) }
            .map { (folder as NSString).appendingPathComponent($0) }
            .filter { !isFolder($0) }
    }

    public static func isFolder(_ path: String) -> Bool {
        (try? URL(fileURLWithPath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey])
            .isDirectory)
            == true
    }

    static func entries(of folder: String) throws(DataSetError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
                .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        } catch {
            let there = FileManager.default.fileExists(atPath: folder)
            throw DataSetError("the folder \(folder) \(there ? "cannot be read" : "does not exist")")
        }
    }
}
