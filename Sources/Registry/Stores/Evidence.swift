/// Reads what an answer rests on, over a connection of its own: a long change never delays evidence, which is that of the last
/// change that was completed.
actor EvidenceReader {
    private nonisolated let executor = SerialQueueExecutor(label: "aniwho.evidence")
    private var connection: Connection?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter path: the database, migrated.
    init(path: String) throws(RegistryError) { connection = try Connection(path: path) }

    func close() { connection = nil }

    /// See ``PrototypeStore/nearestSupports(to:ofCharacter:model:limit:)``.
    func nearestSupports(
        to query: [Float], ofCharacter name: String, model identity: String, limit: Int
    ) throws(RegistryError) -> [NearSupport] {
        guard let database = connection else { throw RegistryError(.closed, "the registry was closed") }
        let model = try database.activeModel(identity: identity)
        try model.check(query, of: "the query")
        guard let character = try database.character(named: name) else { return [] }
        let supports = try database.all(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ?
            WHERE i.character = ?
            """,
            [.integer(model.id), .integer(character.id)]
        ) { row throws(RegistryError) in
            let vector = try row.vector(1, dimensions: model.record.dimensions)
            return (image: row.integer(0), distance: Float(squaredDistance(query, vector).squareRoot()))
        }
        let nearest = supports.sorted { ($0.distance, $0.image) < ($1.distance, $1.image) }.prefix(max(0, limit))
        var evidence: [NearSupport] = []
        for support in nearest {
            evidence.append(NearSupport(image: try database.existingImage(support.image), distance: support.distance))
        }
        return evidence
    }
}

extension Registry {
    public nonisolated func nearestSupports(
        to query: [Float], ofCharacter name: String, model identity: String, limit: Int
    ) async throws(RegistryError) -> [NearSupport] {
        try await evidence.nearestSupports(to: query, ofCharacter: name, model: identity, limit: limit)
    }
}
