import API
import Foundation
import Platform

/// A file that a command was asked to write.
///
/// A regular file appears whole or not at all. A link is followed and stays a link. A device or a FIFO is written to and stays what it is;
/// only a folder, a block device and a socket are refused.
struct OutputFile {
    /// As the user wrote it.
    let path: String
    /// The regular file that is replaced; nil for what is written in place.
    private let replaced: String?

    /// - Throws: ``Failure`` when the path is a folder or the like, before any work is done for it.
    init(_ path: String) throws(Failure) {
        self.path = path
        var (link, target) = (stat(), stat())
        guard lstat(path, &link) == 0 else {
            guard errno == ENOENT else { throw Self.failure(path, SystemReason.text(errno)) }
            replaced = path
            return
        }
        guard stat(path, &target) == 0 else {
            // A link whose target is still to be made.
            guard errno == ENOENT else { throw Self.failure(path, SystemReason.text(errno)) }
            replaced = nil
            return
        }
        switch target.st_mode & S_IFMT {
        case S_IFREG: replaced = link.st_mode & S_IFMT == S_IFLNK ? Self.target(of: path) : path
        case S_IFDIR: throw Self.failure(path, "it is a folder")
        case S_IFBLK: throw Self.failure(path, "it is a block device")
        case S_IFSOCK: throw Self.failure(path, "it is a socket")
        default: replaced = nil
        }
    }

    /// - Throws: ``Failure`` with what could not be written.
    func write(_ bytes: Data) throws {
        if let replaced {
            try Failure.storing("write \(path)") { try bytes.write(to: URL(filePath: replaced), options: .atomic) }
        } else {
            try writeInPlace(bytes)
        }
    }

    /// The file at the end of a link; nil for the links in /proc, such as /dev/stdout, which name an open file.
    private static func target(of path: String) -> String? {
        var place = path
        // The system follows no more than 40 links.
        for _ in 0..<40 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else { break }
            let folder = (place as NSString).deletingLastPathComponent as NSString
            place = next.hasPrefix("/") ? next : folder.appendingPathComponent(next)
            if place.hasPrefix("/proc/") || place.hasPrefix("/dev/fd/") { return nil }
        }
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }

    private func writeInPlace(_ bytes: Data) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o666)
        guard descriptor >= 0 else { throw Self.failure(path, SystemReason.text(errno)) }
        let error = StandardStreams.write([UInt8](bytes), to: descriptor)
        let closed = close(descriptor) == 0 || errno == EINTR ? nil : Optional(errno)
        if let reason = error ?? closed { throw Self.failure(path, SystemReason.text(reason)) }
    }

    private static func failure(_ path: String, _ reason: String) -> Failure {
        Failure(.storage, "cannot write \(path): \(reason)")
    }
}
