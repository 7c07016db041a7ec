public import Foundation

/// A character as it appears in lists.
public struct CharacterSummary: Codable, Sendable, Equatable {
    public var id: Int64
    public var name: String
    /// How many images are enrolled.
    public var images: Int
    /// Sorted.
    public var tags: [String]
    /// What the owner wrote; may be empty.
    public var note: String
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        id: Int64, name: String, images: Int, tags: [String] = [], note: String = "", createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.images = images
        self.tags = tags
        self.note = note
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
