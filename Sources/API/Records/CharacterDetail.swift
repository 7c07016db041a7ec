/// A character with its images and its prototype.
public struct CharacterDetail: Codable, Sendable, Equatable {
    public var character: CharacterSummary
    /// The prototype under the active model; null while no image is enrolled.
    public var prototype: PrototypeInfo?
    public var images: [ImageInfo]

    public init(character: CharacterSummary, prototype: PrototypeInfo?, images: [ImageInfo]) {
        self.character = character
        self.prototype = prototype
        self.images = images
    }
}

/// What is known of a prototype, the mean of a character's embeddings.
public struct PrototypeInfo: Codable, Sendable, Equatable {
    /// How many embeddings it is the mean of.
    public var count: Int
    /// Mean distance of those embeddings from the prototype.
    public var spread: Double

    public init(count: Int, spread: Double) {
        self.count = count
        self.spread = spread
    }
}
