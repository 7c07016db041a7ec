import Foundation
import Platform

/// FFmpeg's programs, which read videos in processes of their own.
public enum VideoPrograms {
    /// Whether both are installed.
    public static var areInstalled: Bool {
        InstalledProgram.path("ffmpeg") != nil && InstalledProgram.path("ffprobe") != nil
    }

    /// Options for a file to read: only the file itself, and only in one of the known formats. A playlist would have FFmpeg read other files.
    static func input(_ path: String) -> [String] {
        ["-protocol_whitelist", "file", "-format_whitelist", VideoFormat.demuxers, "-i", "file:\(path)"]
    }

    /// Starts a program.
    /// - Parameter patience: how long it may take until something is read from it.
    /// - Throws: ``VideoError`` with `noProgram`.
    static func start(_ name: String, _ arguments: [String], patience: Duration) throws(VideoError) -> ChildReader {
        guard let program = InstalledProgram.path(name) else {
            throw VideoError(
                .noProgram,
                "reading videos needs the programs ffmpeg and ffprobe, and there is no \(name). Install the package ffmpeg, for example with: apt-get install ffmpeg"
            )
        }
        do throws(POSIXError) { return try .source(program, arguments, deadline: .now + patience) } catch {
            throw VideoError(.noProgram, "cannot start \(program): \(SystemReason.text(error))")
        }
    }

    static func reason(_ number: Int32) -> String { SystemReason.text(number) }

    /// What FFmpeg says, without the path that its messages begin with.
    static func reason(_ message: String, _ path: String) -> String {
        let prefix = "file:\(path): "
        return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
    }
}
