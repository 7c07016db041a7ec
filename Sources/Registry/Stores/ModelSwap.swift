import Foundation

/// Changing the model: embed the images in the shadow of the active one, page by page, then swap in one transaction.
extension Registry {
    public func imagesWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        return try database.all(
            """
            SELECT i.id, f.bytes FROM images i JOIN image_files f ON f.image = i.id
            WHERE i.id > ? AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.image = i.id AND e.model = ?)
            ORDER BY i.id LIMIT ?
            """,
            [.integer(after ?? 0), .integer(model.id), .integer(max(0, limit))]
        ) { PendingImage(id: $0.integer(0), bytes: $0.blob(1)) }
    }

    @discardableResult
    public func storeEmbeddings(
        model identity: String, _ embeddings: [(imageID: Int64, vector: [Float])]
    ) throws(RegistryError) -> Int {
        let database = try database()
        var stored = 0
        var touched: [Int64: (name: String, prototype: Prototype?)] = [:]
        try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            for (imageID, vector) in embeddings {
                try model.check(vector, of: "image \(imageID)")
                try database.run(
                    """
                    INSERT INTO embeddings (image, model, vector) SELECT id, ?, ? FROM images WHERE id = ?
                    ON CONFLICT (image, model) DO UPDATE SET vector = excluded.vector
                    """,
                    [.integer(model.id), .vector(vector), .integer(imageID)])
                guard database.changes > 0 else { continue }
                stored += 1
                guard model.record.active else { continue }
                let image = try database.existingImage(imageID)
                touched[image.characterID] = (image.characterName, nil)
            }
            for character in touched.keys {
                touched[character]?.prototype = try database.refreshPrototype(of: character, model: model)
            }
            if stored > 0 {
                try database.record(
                    "embeddings.store", subject: model.record.name, detail: ["identity": identity, "images": stored])
            }
        }
        for (character, change) in touched {
            index.set(character: character, name: change.name, prototype: change.prototype)
            try refreshRejections(of: character)
        }
        return stored
    }

    public func activateModel(identity: String) throws(RegistryError) -> RebuildResult {
        let database = try database()
        let result = try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            let missing = try database.first(
                """
                SELECT (SELECT count(*) FROM images i
                    WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.image = i.id AND e.model = ?1))
                + (SELECT count(*) FROM rejections r
                    WHERE NOT EXISTS (SELECT 1 FROM rejection_embeddings e WHERE e.rejection = r.id AND e.model = ?1))
                """, [.integer(model.id)]
            ) { $0.int(0) }
            guard missing == 0 else {
                throw RegistryError(
                    .embeddingsMissing,
                    "\(missing ?? 0) images have no embedding of model '\(model.record.name)' yet; embed them first")
            }
            let former = try database.activeModel()?.record.identity ?? ""
            try database.run("UPDATE models SET active = 0 WHERE active = 1")
            try database.run("UPDATE models SET active = 1 WHERE id = ?", [.integer(model.id)])
            let result = try database.refreshAllPrototypes(model: model)
            try database.record(
                "model.use", subject: model.record.name, detail: ["identity": identity, "former": former])
            return result
        }
        try index.load(from: database)
        try rejectionIndex.load(from: database)
        return result
    }
}
