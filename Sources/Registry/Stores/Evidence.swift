extension Registry {
    public func nearestSupports(
        to query: [Float], ofCharacter id: Int64, model identity: String, limit: Int
    ) throws(RegistryError) -> [NearSupport] {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        try model.check(query, of: "the query")
        let supports = try database.all(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ?
            WHERE i.character = ?
            """,
            [.integer(model.id), .integer(id)]
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
