/// A bundle that was imported.
public struct ImportedBundle: Codable, Sendable, Equatable {
    /// Characters of the bundle.
    public var characters: Int
    /// Those that were not enrolled before.
    public var created: Int
    /// Images that were added, and those that their character had already.
    public var images: Int
    public var duplicates: Int
    /// Rejections that were added.
    public var rejections: Int
    /// Pictures that were embedded anew, because the bundle's vectors are another model's; 0 where they were taken over.
    public var embedded: Int

    public init(characters: Int, created: Int, images: Int, duplicates: Int, rejections: Int, embedded: Int) {
        self.characters = characters
        self.created = created
        self.images = images
        self.duplicates = duplicates
        self.rejections = rejections
        self.embedded = embedded
    }
}
