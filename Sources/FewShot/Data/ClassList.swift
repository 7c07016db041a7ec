import Foundation

/// easyfsl's description of a data set: `{"class_names": [...], "class_roots": [...]}`, one folder a class.
struct ClassList: Decodable {
    let names: [String]
    let roots: [String]

    private enum CodingKeys: String, CodingKey {
        case names = "class_names"
        case roots = "class_roots"
    }

    /// - Throws: ``DataSetError`` when the file cannot be read, is no such list, or names and roots differ in number.
    init(path: String) throws(DataSetError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw DataSetError("the class list \(path) cannot be read")
        }
        do { self = try JSONDecoder().decode(ClassList.self, from: bytes) } catch {
            throw DataSetError(
                "\(path) is no class list; it must be JSON with \"class_names\" and \"class_roots\", two lists of strings"
            )
        }
        guard names.count == roots.count else {
            throw DataSetError(
                "\(path) has \(names.count) class_names and \(roots.count) class_roots; each class needs both")
        }
        guard Set(names).count == names.count else {
            throw DataSetError("\(path) names a class twice")
        }
    }

    /// A class's folder: as it is named when it is absolute or there, otherwise seen from the list's own folder.
    static func resolve(_ root: String, list: String) -> String {
        if root.hasPrefix("/") || ImageFolder.isFolder(root) { return root }
        let folder = (list as NSString).deletingLastPathComponent
        return (folder as NSString).appendingPathComponent(root)
    }
}
