import API
import Embedding
import Foundation
import Video

/// Keeps what an interrupted scan of a video has found, so that the same command goes on from there.
///
/// The file is in the user's cache folder, and only the user can read it: it holds faces of the video. It is named after the contents of the
/// video, so that the video may be moved meanwhile, and after all that the scan depends on. It goes when the scan ends.
struct ScanStore {
    private let path: String?

    /// Another value means that files of earlier versions are of no use.
    private static let version = 1
    /// A file that nobody came back for is removed after so many seconds: 30 days.
    private static let longest = 30.0 * 86400

    /// - Parameter settings: what the scan depends on besides the video.
    init(_ video: VideoFile, settings: String) {
        guard let folder = Locations.cache(), let contents = Self.fingerprint(video.path) else {
            path = nil
            return
        }
        let key = ContentHash.sha256(Data("\(Self.version) \(settings) \(contents)".utf8))
        path = "\(folder)/videos/\(key.prefix(32)).json"
    }

    /// Whether anything can be kept.
    var isAvailable: Bool { path != nil }

    /// What was kept; nil if there is nothing that can be used.
    func load() -> VideoScan? {
        path.flatMap { try? Data(contentsOf: URL(filePath: $0)) }.flatMap { try? JSON.decode(VideoScan.self, from: $0) }
    }

    /// - Returns: whether it was kept.
    @discardableResult func save(_ scan: VideoScan) -> Bool {
        guard let path, let bytes = try? JSON.encode(scan) else { return false }
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            Self.removeOld(in: folder)
            let fresh = "\(path).\(getpid())"
            guard
                FileManager.default.createFile(atPath: fresh, contents: bytes, attributes: [.posixPermissions: 0o600]),
                rename(fresh, path) == 0
            else {
                unlink(fresh)
                return false
            }
            return true
        } catch { return false }
    }

    func remove() {
        if let path { unlink(path) }
    }

    private static func removeOld(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            let date = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            if let date, -date.timeIntervalSinceNow > longest { unlink(path) }
        }
    }

    /// Tells files apart: the size, and the hashes of the first and the last mebibyte. Reading all of a video would take long.
    private static func fingerprint(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else { return nil }
        defer { try? file.close() }
        let part = UInt64(1 << 20)
        let hashes = [0, size > part ? size - part : 0].map { start -> String? in
            guard (try? file.seek(toOffset: start)) != nil else { return nil }
            return (try? file.read(upToCount: Int(part))).flatMap { $0 }.map { ContentHash.sha256($0) }
        }
        guard let first = hashes[0], let last = hashes[1] else { return nil }
        return "\(size) \(first) \(last)"
    }
}
