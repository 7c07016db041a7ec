/// Why a file cannot be used as a video.
public struct VideoError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The programs of FFmpeg are not installed, or cannot be started.
        case noProgram
        /// The file cannot be read.
        case unreadable
        /// The file is no video, or of a format that is not read.
        case notVideo
        /// The video has no pictures.
        case noPictures
        /// The video is damaged or ends early.
        case damaged
        /// FFmpeg wrote nothing for too long.
        case late
    }

    public let code: Code
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
