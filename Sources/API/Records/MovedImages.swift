/// What moving images to a character did.
public struct MovedImages: Codable, Sendable, Equatable {
    /// The character that has them now.
    public var character: CharacterSummary
    /// Whether it did not exist before.
    public var created: Bool
    /// The images that it did not have before.
    public var moved: [ImageInfo]
    /// The images whose bytes it had already; these are gone.
    public var duplicates: [ImageInfo]

    public init(character: CharacterSummary, created: Bool, moved: [ImageInfo], duplicates: [ImageInfo]) {
        self.character = character
        self.created = created
        self.moved = moved
        self.duplicates = duplicates
    }
}
