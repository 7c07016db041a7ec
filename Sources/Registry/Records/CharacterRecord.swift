public import Foundation

/// A character as the registry knows it.
public struct CharacterRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    /// Unicode NFC, unique; upper and lower case differ.
    public let name: String
    public let imageCount: Int
    public let createdAt: Date
    /// When its name or images last changed.
    public let updatedAt: Date

    public init(id: Int64, name: String, imageCount: Int, createdAt: Date, updatedAt: Date) {
        self.id = id
        self.name = name
        self.imageCount = imageCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
