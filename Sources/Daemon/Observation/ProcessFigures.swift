import Foundation

/// What this process takes of the machine.
enum ProcessFigures {
    /// Memory in RAM, in bytes; 0 where `/proc` does not tell.
    static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * Int(getpagesize())
    }

    /// Files and connections that are open; 0 where `/proc` does not tell.
    static var openFiles: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

    /// Time of all its threads on a processor, in seconds; the system counts millionths.
    static var processorSeconds: Double { Double(clock()) / 1e6 }

    /// A file's size; 0 where there is none.
    static func bytes(ofFile path: String) -> Int {
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
        return size?.intValue ?? 0
    }
}
