/// A character near a query.
public struct Neighbor: Sendable, Equatable {
    public let characterID: Int64
    public let name: String
    /// Exact Euclidean distance of the query to the character's prototype.
    public let distance: Float
    /// Softmax over −distance / temperature of all prototypes, the ones not returned included.
    public let probability: Float

    public init(characterID: Int64, name: String, distance: Float, probability: Float) {
        self.characterID = characterID
        self.name = name
        self.distance = distance
        self.probability = probability
    }
}

/// A support image near a query: evidence for an answer.
public struct NearSupport: Sendable, Equatable {
    public let image: ImageRecord
    /// Exact Euclidean distance of the query to the image's embedding.
    public let distance: Float

    public init(image: ImageRecord, distance: Float) {
        self.image = image
        self.distance = distance
    }
}
