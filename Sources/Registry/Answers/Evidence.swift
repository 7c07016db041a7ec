import API

/// A character near a query, as a search returns it.
public struct Neighbor: Sendable, Equatable {
    public let characterID: Int64
    public let name: String
    /// The exact Euclidean distance of the query to the character's prototype.
    public let distance: Float
    /// The softmax over −distance / temperature of all prototypes, including those not returned.
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

/// Reads the enrolled images that support an answer. It has a connection of its own, so that a long change never delays it, and reads
/// the state after the last completed change.
actor EvidenceReader {
    private nonisolated let executor = SerialQueueExecutor(label: "aniwho.evidence")
    private var connection: Connection?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter path: the database, migrated.
    init(path: String) throws(RegistryError) { connection = try Connection(path: path) }

    func close() { connection = nil }

    /// See ``PrototypeStore/nearestSupports(to:ofCharacter:model:limit:)``.
    func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) throws(RegistryError) -> [NearSupport] {
        guard let database = connection else { throw RegistryError(.closed, "the registry was closed") }
        return try database.snapshot { () throws(RegistryError) in
            try database.nearestSupports(to: query, ofCharacter: name, model: identity, limit: limit)
        }
    }
}

extension Connection {
    fileprivate func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) throws(RegistryError) -> [NearSupport] {
        let model = try activeModel(identity: identity)
        try model.check(query, of: "the query")
        guard limit > 0 else { return [] }
        var id: Int64?
        if let name {
            guard let character = try character(named: name) else { return [] }
            id = character.id
        }
        var images: [Int64] = []
        var nearest = SmallestKeys(capacity: limit)
        // CROSS JOIN fixes the order of the loops: by the index on a character's images, or by all images' numbers.
        try run(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ?
            \(id == nil ? "" : "WHERE i.character = ?") ORDER BY i.id
            """,
            [.integer(model.id)] + (id.map { [.integer($0)] } ?? [])
        ) { row throws(RegistryError) in
            let vector = try row.vector(1, dimensions: model.record.dimensions)
            nearest.offer(Float(squaredDistance(query, vector).squareRoot()), row: images.count)
            images.append(row.integer(0))
        }
        var evidence: [NearSupport] = []
        for entry in nearest.entries.sorted(by: { ($0.key, $0.row) < ($1.key, $1.row) }) {
            evidence.append(NearSupport(image: try existingImage(images[entry.row]), distance: entry.key))
        }
        return evidence
    }
}

extension Registry {
    public nonisolated func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) async throws(RegistryError) -> [NearSupport] {
        try await evidence.nearestSupports(to: query, ofCharacter: name, model: identity, limit: limit)
    }
}
