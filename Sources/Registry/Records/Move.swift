/// What moving images to a character did.
public struct Move: Sendable, Equatable {
    /// The character that has them now.
    public let character: CharacterRecord
    /// Whether it did not exist before.
    public let created: Bool
    /// The images that it has now and had not before, as they are now.
    public let moved: [ImageRecord]
    /// The images whose bytes it had already: these are gone.
    public let duplicates: [ImageRecord]

    public init(character: CharacterRecord, created: Bool, moved: [ImageRecord], duplicates: [ImageRecord]) {
        self.character = character
        self.created = created
        self.moved = moved
        self.duplicates = duplicates
    }
}
