import Foundation

/// A folder of the test's own, removed with it.
final class ScratchFolder: Sendable {
    let path = NSTemporaryDirectory() + "aniwho-drawing-" + UUID().uuidString

    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file below a folder, by its path from there.
    static func files(in folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let url = URL(filePath: "\(folder)/\(name)")
            guard try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory != true else { continue }
            files[name] = try Data(contentsOf: url)
        }
        return files
    }
}
