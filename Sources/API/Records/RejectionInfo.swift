public import Foundation

/// A picture that is not of a character, as the owner said.
public struct RejectionInfo: Codable, Sendable, Equatable {
    public var id: Int64
    /// The name of the character that the picture is not.
    public var character: String
    /// Hash of the picture's bytes, in hexadecimal.
    public var sha256: String
    /// Where the picture came from, as the one who rejected it said; may be empty.
    public var source: String
    public var addedAt: Date

    public init(id: Int64, character: String, sha256: String, source: String, addedAt: Date) {
        self.id = id
        self.character = character
        self.sha256 = sha256
        self.source = source
        self.addedAt = addedAt
    }
}
