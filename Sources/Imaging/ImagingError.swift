/// Why a file cannot be used as a picture.
public struct ImagingError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case empty, tooLarge, tooManyPixels, unknownFormat, truncated, damaged, unsupported
        /// This build, or this installation, lacks the decoder for the format.
        case noDecoder
        /// The decoder's process crashed, took too much time or memory, or gave a reply that makes no sense.
        case decoderFailed
    }

    public let code: Code
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
