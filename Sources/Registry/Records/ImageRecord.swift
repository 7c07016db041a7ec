public import Foundation

/// A support image, without its bytes.
public struct ImageRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    public let characterID: Int64
    public let characterName: String
    /// SHA-256 of the bytes, hexadecimal.
    public let sha256: String
    /// `png`, `jpeg` or `webp`, as the caller named it.
    public let format: String
    public let byteCount: Int
    public let width: Int
    public let height: Int
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, characterID: Int64, characterName: String, sha256: String, format: String, byteCount: Int,
        width: Int,
        height: Int, source: String, addedAt: Date
    ) {
        self.id = id
        self.characterID = characterID
        self.characterName = characterName
        self.sha256 = sha256
        self.format = format
        self.byteCount = byteCount
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}
