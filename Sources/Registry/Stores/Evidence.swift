extension Registry {
    public func nearestSupports(
        to query: [Float], ofCharacter id: Int64?, model identity: String, limit: Int
    ) throws(RegistryError) -> [NearSupport] {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        try model.check(query, of: "the query")
        guard limit > 0 else { return [] }
        var images: [Int64] = []
        var nearest = SmallestKeys(capacity: limit)
        // The order of the loops is that of an index on one character's images, and on all images' numbers.
        try database.run(
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
            evidence.append(NearSupport(image: try database.existingImage(images[entry.row]), distance: entry.key))
        }
        return evidence
    }
}
