import API
import Foundation

/// The pictures of the samples.
enum Samples {
    static let path =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/samples"

    static func picture(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    }

    /// Those of one folder, as requests carry them, in the order of their names.
    static func files(_ folder: String) throws -> [FilePart] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted().map {
            FilePart(name: $0, bytes: try picture("\(folder)/\($0)"))
        }
    }
}
