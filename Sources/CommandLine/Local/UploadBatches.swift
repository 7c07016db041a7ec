import Foundation

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
