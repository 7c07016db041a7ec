/// A character's prototype under the active model.
public struct PrototypeRecord: Sendable, Equatable {
    public let characterID: Int64
    /// Identity of the model whose embeddings it is made of.
    public let model: String
    /// How supports become a prototype; `mean` is the paper's (section 2.5).
    public let head: String
    public let vector: [Float]
    /// Number of supports.
    public let count: Int
    /// Root mean squared distance of the supports to the prototype.
    public let spread: Double

    public init(characterID: Int64, model: String, head: String, vector: [Float], count: Int, spread: Double) {
        self.characterID = characterID
        self.model = model
        self.head = head
        self.vector = vector
        self.count = count
        self.spread = spread
    }
}

/// What a rebuild of prototypes went over.
public struct RebuildResult: Sendable, Equatable {
    /// Characters that have a prototype now.
    public let characters: Int
    /// Supports that these are made of.
    public let images: Int

    public init(characters: Int, images: Int) {
        self.characters = characters
        self.images = images
    }
}
