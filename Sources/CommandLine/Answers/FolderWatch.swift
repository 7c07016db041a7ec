import FewShot
import Foundation

/// Finds the pictures in a folder that are new or have changed, once they are written whole.
///
/// The folder is looked at again and again: that works on every file system, those of other machines too, and a look at some
/// thousands of files takes milliseconds. A picture is whole when two looks find it the same, and not empty.
struct FolderWatch {
    /// What differs between a file that changed and one that did not.
    private struct Trace: Equatable {
        let bytes: Int
        let file: UInt
        let seconds, nanoseconds: Int

        /// Of the file at a path, which may be a link to it; nil when there is none.
        init?(_ path: String) {
            var info = stat()
            guard stat(path, &info) == 0 else { return nil }
            (bytes, file) = (Int(info.st_size), UInt(info.st_ino))
            (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
        }
    }

    private let folder: String
    private let others: Set<String>
    private var last: [String: Trace] = [:]
    /// What needs no further question.
    private var taken: [String: Trace] = [:]

    /// - Parameters:
    ///   - others: the extensions of other files to find as well, in lowercase.
    ///   - takesPresent: whether what is there already counts as new.
    /// - Throws: ``DataSetError`` when the folder cannot be read.
    init(_ folder: String, and others: Set<String> = [], takesPresent: Bool) throws(DataSetError) {
        (self.folder, self.others) = (folder, others)
        last = try traces()
        if !takesPresent { taken = last }
    }

    /// Looks at the folder.
    /// - Returns: the pictures that are whole and not yet taken, in order.
    /// - Throws: ``DataSetError`` when the folder cannot be read.
    mutating func look() throws(DataSetError) -> [String] {
        let now = try traces()
        defer { last = now }
        taken = taken.filter { now[$0.key] != nil }
        return now.keys.filter { path in
            let trace = now[path]
            return trace == last[path] && trace != taken[path] && trace?.bytes != 0
        }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    }

    /// Notes that a picture that the last look returned needs no further question, until it changes.
    mutating func take(_ path: String) { taken[path] = last[path] }

    private func traces() throws(DataSetError) -> [String: Trace] {
        var traces: [String: Trace] = [:]
        for path in try ImageFolder.images(in: folder, and: others) {
            // One may go between the listing and this.
            if let trace = Trace(path) { traces[path] = trace }
        }
        return traces
    }
}
