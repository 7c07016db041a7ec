public import Foundation

/// A picture in the inbox.
public struct UnknownInfo: Codable, Sendable, Equatable {
    public var id: Int64
    /// Hash of the original bytes, in hexadecimal.
    public var sha256: String
    /// `png`, `jpeg` or `webp`.
    public var format: String
    /// Size of the original file.
    public var bytes: Int
    public var width: Int
    public var height: Int
    /// Where it came from, as the one who kept it said; may be empty.
    public var source: String
    public var addedAt: Date

    public init(
        id: Int64, sha256: String, format: String, bytes: Int, width: Int, height: Int, source: String, addedAt: Date
    ) {
        self.id = id
        self.sha256 = sha256
        self.format = format
        self.bytes = bytes
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}
