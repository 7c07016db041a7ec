import Foundation

/// Programs that are installed on this machine.
public enum InstalledProgram {
    /// The path of a program in the folders of `PATH`; nil if there is none of that name.
    public static func path(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}
