import Foundation
import Platform

/// The source picture that each image was cut from, so that crops of one picture stay in one part of a split.
public struct ImageSources: Sendable {
    private let sources: [String: String]

    /// Every image is its own source.
    public static let none = ImageSources(sources: [:])

    private init(sources: [String: String]) { self.sources = sources }

    /// Reads a JSON object that maps each image, as `class/file`, to the name of its source.
    /// - Throws: ``DataSetError`` if the file cannot be read or is no such object.
    public init(path: String) throws(DataSetError) {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw DataSetError("the list of sources \(path) cannot be read: \(SystemReason.text(error))")
        }
        guard let sources = try? JSONDecoder().decode([String: String].self, from: bytes) else {
            throw DataSetError("\(path) is no list of sources. It must be a JSON object of \"class/file\": \"source\".")
        }
        self.sources = sources
    }

    /// An image that the list does not name is its own source.
    func source(of path: String) -> String {
        let key = path.split(separator: "/").suffix(2).joined(separator: "/")
        return sources[key] ?? path
    }
}
