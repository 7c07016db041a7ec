import Foundation
import Platform

/// easyfsl's description of a data set: `{"class_names": [...], "class_roots": [...]}`, with one folder for each class.
struct ClassList: Decodable {
    let names: [String]
    let roots: [String]

    private enum CodingKeys: String, CodingKey {
        case names = "class_names"
        case roots = "class_roots"
    }

    /// - Throws: ``DataSetError`` if the file cannot be read, is no such list, or has different numbers of names and roots.
    init(path: String) throws(DataSetError) {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw DataSetError("the class list \(path) cannot be read: \(SystemReason.text(error))")
        }
        do { self = try JSONDecoder().decode(ClassList.self, from: bytes) } catch {
            throw DataSetError(
                "\(path) is no class list. It must be JSON with \"class_names\" and \"class_roots\", two lists of strings."
            )
        }
        guard names.count == roots.count else {
            throw DataSetError(
                "\(path) has \(names.count) class_names and \(roots.count) class_roots. Each class needs both.")
        }
        guard Set(names).count == names.count else {
            throw DataSetError("\(path) names a class twice")
        }
    }

    /// The path of a class's folder. A relative path that does not exist in the working directory is relative to the list's folder.
    static func resolve(_ root: String, list: String) -> String {
        if root.hasPrefix("/") || ImageFolder.isFolder(root) { return root }
        // Not `deletingLastPathComponent` of `NSString`, which traps for a relative path of one character.
        let folder = list.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(list[...$0]) } ?? ""
        return (folder as NSString).appendingPathComponent(root)
    }
}
