public import Foundation

/// A character as the registry knows it.
public struct CharacterRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    /// Unicode NFC, unique; upper and lower case differ.
    public let name: String
    public let imageCount: Int
    /// In the order of their UTF-8 bytes.
    public let tags: [String]
    /// What the owner wrote; may be empty.
    public let note: String
    public let createdAt: Date
    /// When its name, images, tags or note last changed.
    public let updatedAt: Date

    public init(
        id: Int64, name: String, imageCount: Int, tags: [String] = [], note: String = "", createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.imageCount = imageCount
        self.tags = tags
        self.note = note
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
