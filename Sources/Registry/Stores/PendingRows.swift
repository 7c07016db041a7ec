extension Connection {
    /// Kept pictures that a model has not embedded yet, in the order of their numbers.
    /// - Parameters:
    ///   - kind: what they are: `image`, `rejection`, `unknown`, as the tables' columns are called.
    ///   - embeddings: the table of their vectors.
    /// - Throws: `modelNotFound`.
    func pending(
        _ kind: String, embeddings: String, model identity: String, after: Int64? = nil, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        let model = try existingModel(identity: identity)
        return try all(
            """
            SELECT r.id, f.bytes FROM \(kind)s r JOIN \(kind)_files f ON f.\(kind) = r.id
            WHERE r.id > ? AND NOT EXISTS (SELECT 1 FROM \(embeddings) e WHERE e.\(kind) = r.id AND e.model = ?)
            ORDER BY r.id LIMIT ?
            """,
            [.integer(after ?? 0), .integer(model.id), .integer(max(0, limit))]
        ) { PendingImage(id: $0.integer(0), bytes: $0.blob(1)) }
    }
}
