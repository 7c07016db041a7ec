import Foundation

/// Puts pictures into a folder for each character.
struct FileSorter {
    /// How a picture gets there; the one that was classified stays where it is.
    enum Manner: String, CaseIterable {
        case copy
        /// A hard link: no byte is copied, which needs one file system for both.
        case link

        static let names = allCases.map(\.rawValue)
    }

    private let folders: CharacterFolders
    private let manner: Manner

    /// - Parameter manner: copying where it is nil.
    /// - Throws: `Failure` when the folder is a file, or cannot be made.
    init(_ path: String, manner: String?) throws {
        folders = try CharacterFolders(path)
        self.manner = manner.flatMap(Manner.init(rawValue:)) ?? .copy
    }

    /// - Parameter character: nil for the folder of the unknown.
    /// - Returns: whether the picture was put there now; false where it was there already, byte for byte.
    /// - Throws: `Failure` with what could not be written.
    func put(_ path: String, under character: String?) throws -> Bool {
        let source = URL(filePath: path)
        return try folders.put(source.lastPathComponent, under: character) {
            FileManager.default.contentsEqual(atPath: source.path, andPath: $0.path)
        } write: { place in
            switch manner {
            case .copy: try FileManager.default.copyItem(at: source, to: place)
            case .link: try FileManager.default.linkItem(at: source, to: place)
            }
        }
    }
}
