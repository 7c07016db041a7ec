public import Foundation

/// An enrolled image.
public struct ImageInfo: Codable, Sendable, Equatable {
    public var id: Int64
    /// The name of the character it is enrolled under.
    public var character: String
    /// Hash of the original bytes, in hexadecimal.
    public var sha256: String
    /// `png`, `jpeg` or `webp`.
    public var format: String
    /// Size of the original file.
    public var bytes: Int
    public var width: Int
    public var height: Int
    /// Where it came from, as the one who enrolled it said; may be empty.
    public var source: String
    public var addedAt: Date

    public init(
        id: Int64, character: String, sha256: String, format: String, bytes: Int, width: Int, height: Int,
        source: String, addedAt: Date
    ) {
        self.id = id
        self.character = character
        self.sha256 = sha256
        self.format = format
        self.bytes = bytes
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}
