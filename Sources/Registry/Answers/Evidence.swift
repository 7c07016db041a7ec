public import API
public import Statistics

/// A character near a query, as a search returns it.
public struct Neighbor: Sendable, Equatable {
    public let characterID: Int64
    public let name: String
    /// The exact Euclidean distance of the query to the character's prototype, which is the mean of all its pictures.
    public let distance: Float
    /// Of a search by distance, the softmax over −distance / temperature of all prototypes, including those not returned. Of a search by
    /// likelihood, the probability of the character, which sums to one with that of a stranger.
    public let probability: Float
    /// The character as the query sees it: what the likelihood rests on.
    public let seen: SeenCharacter

    public init(characterID: Int64, name: String, distance: Float, probability: Float, seen: SeenCharacter) {
        self.characterID = characterID
        self.name = name
        self.distance = distance
        self.probability = probability
        self.seen = seen
    }
}

/// The characters that a picture most probably shows.
public struct LikelyCharacters: Sendable, Equatable {
    /// The likeliest first.
    public let neighbors: [Neighbor]
    /// The probability that the picture shows somebody who is not enrolled.
    public let stranger: Double

    public init(neighbors: [Neighbor], stranger: Double) { (self.neighbors, self.stranger) = (neighbors, stranger) }
}

extension Connection {
    /// - Returns: nil if the character has more than `most` images.
    fileprivate func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int, atMost most: Int? = nil
    ) throws(RegistryError) -> [SimilarImage]? {
        let model = try activeModel(identity: identity)
        try model.check(query, of: "the query")
        guard limit > 0 else { return [] }
        var id: Int64?
        if let name {
            guard let character = try number(ofCharacter: name) else { return [] }
            if let most, try prototypeCount(of: character, model: model) > most { return nil }
            id = character
        }
        var images: [Int64] = []
        var nearest = SmallestKeys(capacity: limit)
        // CROSS JOIN fixes the order of the loops: by the index on a character's images, or by all images' numbers.
        try run(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1
            \(id == nil ? "" : "WHERE i.character = $2") ORDER BY i.id
            """,
            [.integer(model.id)] + (id.map { [.integer($0)] } ?? []), reading: most == nil ? .streamed : .whole
        ) { row throws(RegistryError) in
            let vector = try row.vector(1, dimensions: model.record.dimensions)
            nearest.offer(Float(squaredDistance(query, vector).squareRoot()), row: images.count)
            images.append(row.integer(0))
        }
        var evidence: [SimilarImage] = []
        for entry in nearest.entries.sorted(by: { ($0.key, $0.row) < ($1.key, $1.row) }) {
            evidence.append(
                SimilarImage(image: try existingImage(images[entry.row]).image, distance: Double(entry.key)))
        }
        return evidence
    }

    /// A character's number; nil if there is none of this name.
    private func number(ofCharacter name: String) throws(RegistryError) -> Int64? {
        let exact = try first("SELECT id FROM characters WHERE name = $1", [.text(name)]) { $0.integer(0) }
        return if let exact { exact } else { try character(named: name)?.id }
    }

    /// The number of images that a character's prototype is made of.
    private func prototypeCount(of character: Int64, model: StoredModel) throws(RegistryError) -> Int {
        try first(
            "SELECT count FROM prototypes WHERE character = $1 AND model = $2 AND head = $3",
            [.integer(character), .integer(model.id), .text(Prototype.head)]
        ) { $0.int(0) } ?? 0
    }
}

extension Registry {
    /// A character with more images than this is read by the readers for long readings.
    private static let shortReading = 2000

    public nonisolated func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) async throws(RegistryError) -> [SimilarImage] {
        if let name {
            let found = try await readers.short { database throws(RegistryError) in
                try database.nearestSupports(
                    to: query, ofCharacter: name, model: identity, limit: limit, atMost: Self.shortReading)
            }
            if let found { return found }
        }
        return try await readers.long { database throws(RegistryError) in
            try database.nearestSupports(to: query, ofCharacter: name, model: identity, limit: limit)
        } ?? []
    }
}
