import API
import Foundation

/// Puts pictures into a folder for each character.
struct FileSorter {
    /// How a picture gets there; the one that was classified stays where it is.
    enum Manner: String, CaseIterable {
        case copy
        /// A hard link: no byte is copied, which needs one file system for both.
        case link
    }

    /// The folder of pictures that are of nobody enrolled.
    static let unknown = "_unknown"

    private let folder: URL
    private let manner: Manner

    /// - Throws: `Failure` when the folder is a file, or cannot be made.
    init(_ path: String, _ manner: Manner) throws {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        self.manner = manner
        try Self.storing("make \(path)") {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
    }

    /// - Parameter character: nil for the folder of the unknown.
    /// - Returns: whether the picture was put there now; false where it was there already, byte for byte.
    /// - Throws: `Failure` with what could not be written.
    func put(_ path: String, under character: String?) throws -> Bool {
        let source = URL(filePath: path)
        // A slash would begin another folder; a name that begins with a dot, a hidden one.
        var name = character?.replacing("/", with: "%2F") ?? Self.unknown
        if name.hasPrefix(".") { name = "%2E" + name.dropFirst() }
        let target = folder.appending(path: name, directoryHint: .isDirectory)
        return try Self.storing("put \(path) into \(target.path)") {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            let (stem, suffix) = (source.deletingPathExtension().lastPathComponent, source.pathExtension)
            for number in 1... {
                let file = (number == 1 ? stem : "\(stem) (\(number))") + (suffix.isEmpty ? "" : ".\(suffix)")
                let place = target.appending(path: file)
                guard FileManager.default.fileExists(atPath: place.path) else {
                    try write(source, to: place)
                    return true
                }
                if FileManager.default.contentsEqual(atPath: source.path, andPath: place.path) { return false }
            }
            return false
        }
    }

    /// Beside its place first, so that a full disk leaves no part of a picture there.
    private func write(_ source: URL, to place: URL) throws {
        let files = FileManager.default
        guard manner == .copy else { return try files.linkItem(at: source, to: place) }
        let partial = place.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).partial")
        do {
            try files.copyItem(at: source, to: partial)
            try files.moveItem(at: partial, to: place)
        } catch {
            try? files.removeItem(at: partial)
            throw error
        }
    }

    private static func storing<T>(_ what: String, _ work: () throws -> T) throws -> T {
        do { return try work() } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
            throw Failure(.storage, "cannot \(what): \(cause.localizedDescription)")
        }
    }
}
