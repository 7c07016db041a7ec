import API
import Client
import Foundation

/// Pictures sent in as many requests as they need.
enum PictureUpload {
    static func enroll(_ name: String, _ paths: [String], _ client: Client) throws -> EnrollImages.Response {
        let requests = UploadBatches(paths).batches
        // One request is all or nothing by itself; several are so only if no picture can be refused half-way.
        if requests.count > 1 { for path in paths { _ = try ImagePaths.picture(path) } }
        var all: EnrollImages.Response?
        for request in requests {
            let files = try request.map { try ImagePaths.part($0) }
            let response = try client.call(EnrollImages.self, .init(name: name, files: files))
            all?.append(response)
            all = all ?? response
        }
        guard let all else { throw Failure(.internal, "nothing to enrol") }
        return all
    }

    /// Puts pictures into the inbox.
    /// - Returns: how many were not there, and not enrolled, before.
    static func keep(_ paths: [String], _ client: Client) throws -> Int {
        guard !paths.isEmpty else { return 0 }
        return try UploadBatches(paths).batches.reduce(0) { count, request in
            let files = try request.map { try ImagePaths.part($0) }
            return count + (try client.call(KeepInInbox.self, .init(files: files)).kept.count)
        }
    }
}

extension EnrollImages.Response {
    /// Adds what a further request for the same character did.
    fileprivate mutating func append(_ next: Self) {
        character = next.character
        added += next.added
        duplicates += next.duplicates
        conflicts += next.conflicts
    }
}

/// Pictures in portions that one request can carry.
struct UploadBatches {
    private static let mostFiles = 256
    /// Half of what a request may hold, so that a form's own bytes and files that grow meanwhile find room.
    private static let mostBytes = 64 << 20

    private(set) var batches: [[String]] = []

    /// - Parameter paths: at least one. A file larger than a request stands alone, and the daemon says so.
    init(_ paths: [String]) {
        var bytes = 0
        for path in paths {
            // Through symbolic links, as the bytes are read.
            let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            let size = (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
            if let last = batches.last, last.count < Self.mostFiles, bytes + size <= Self.mostBytes {
                batches[batches.count - 1].append(path)
                bytes += size
            } else {
                batches.append([path])
                bytes = size
            }
        }
    }
}
